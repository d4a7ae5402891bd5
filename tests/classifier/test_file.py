"""A classifier's file: what is saved comes back, and nothing in a file is trusted."""

from __future__ import annotations

import json
import pickle
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

import catseye
from catseye.classifier.classifier import Classifier
from catseye.errors import CatseyeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from catseye.runs.run import Run

Header = dict[str, Any]


@pytest.fixture
def file(digits_run: Run, tmp_path: Path) -> Path:
    path = tmp_path / "classifier.safetensors"
    digits_run.classifier.save(path)
    return path


def parts(path: Path) -> tuple[Header, bytes]:
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    return json.loads(content[8 : 8 + length]), content[8 + length :]


def rewrite(path: Path, header: Header, body: bytes) -> None:
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def test_what_is_saved_comes_back(digits_run: Run, file: Path) -> None:
    saved, loaded = digits_run.classifier, Classifier.load(file)
    assert loaded.classes == saved.classes
    assert loaded.preprocess == saved.preprocess
    assert loaded.calibration == saved.calibration
    assert loaded.provenance == saved.provenance
    test = catseye.load("digits", split="test")
    np.testing.assert_allclose(loaded.logits(test), saved.logits(test), atol=1e-4)  # OpenVINO's and PyTorch's
    assert loaded.network is not None  # which from now on computes itself
    np.testing.assert_array_equal(loaded.logits(test), saved.logits(test))
    again = file.with_name("again.safetensors")
    loaded.save(again)
    assert again.read_bytes() == file.read_bytes()


def test_the_file_tells_where_it_comes_from(file: Path) -> None:
    provenance = json.loads(parts(file)[0]["__metadata__"]["catseye"])["provenance"]
    assert provenance["data"]["name"] == "digits"
    assert provenance["data"]["licence"] == "CC BY 4.0"
    assert len(provenance["data"]["fingerprint"]) == 64
    assert provenance["recipe"]["epochs"] == 3
    assert provenance["measured"]["test"]["examples"] == 359
    assert provenance["versions"]["torch"] == torch.__version__


def test_any_safetensors_reader_reads_it(file: Path) -> None:
    from safetensors.numpy import load_file

    assert load_file(file)["conv1.weight"].shape == (32, 1, 3, 3)


def test_a_folder_without_a_classifier_and_a_missing_file_are_usage_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"holds no classifier\.safetensors"):
        Classifier.load(tmp_path)
    with pytest.raises(UsageError, match="there is no classifier"):
        Classifier.load(tmp_path / "nothing")


@pytest.mark.parametrize("length", [0, 4, 8, 100, 2000, -100, -1])
def test_a_cut_file_is_refused(file: Path, length: int) -> None:
    file.write_bytes(file.read_bytes()[:length])
    with pytest.raises(CatseyeError, match=r"truncated|damaged"):
        Classifier.load(file)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (pickle.dumps({"weights": 1}), "is a pickle"),
        (pickle.dumps({"weights": 1}, protocol=2), "is a pickle"),
        (b"PK\x03\x04" + bytes(100), "PyTorch archive"),
        (struct.pack("<Q", 2**60) + b"{" + bytes(100), "truncated or is not a safetensors file"),
        (b"conv 8\n", "is not a network or classifier file"),
        (struct.pack("<Q", 2**60) + bytes(100), "is not a network or classifier file"),
        (b"", "truncated or is not a safetensors file"),
        (b"conv 8, pool\n", "is not a network or classifier file"),
        (struct.pack("<Q", 50) + b"not json".ljust(50), "not a Catseye classifier"),
        (struct.pack("<Q", 4) + b"null", "not a Catseye classifier"),
        (struct.pack("<Q", 100_000) + b"[" * 100_000, "not a Catseye classifier"),
        (struct.pack("<Q", 2) + b"{}", "not a Catseye classifier"),
        (b"%PDF-1.7 and so on", "is not a network or classifier file"),
    ],
)
def test_a_foreign_or_hostile_file_is_refused_in_a_line(file: Path, content: bytes, says: str) -> None:
    file.write_bytes(content)
    with pytest.raises(CatseyeError, match=says) as caught:
        Classifier.load(file)
    assert "\n" not in str(caught.value)


def test_a_pytorch_file_is_refused_without_being_unpickled(file: Path) -> None:
    torch.save({"weight": torch.zeros(3)}, file)
    with pytest.raises(CatseyeError, match="can run code, so Catseye does not read them"):
        Classifier.load(file)


def _set(*keys: str, value: Any) -> Callable[[Header], None]:
    def change(description: Header) -> None:
        for key in keys[:-1]:
            description = description[key]
        description[keys[-1]] = value

    return change


HOSTILE: dict[str, tuple[Callable[[Header], Any], str]] = {
    "version": (_set("format", value=2), "has format 2; this version of Catseye reads format 1"),
    "unknown network": (_set("network", "name", value="convnet9"), "unknown network"),
    "network of a list": (_set("network", "name", value=[]), "name must be text"),
    "another network": (_set("network", "name", value="dense"), "missing dense1|does not match"),
    "batch norm of a number": (_set("network", "batch_norm", value=1), "true or false"),
    "dropout of a text": (_set("network", "dropout", value="x"), "dropout a number"),
    "huge picture": (_set("preprocess", "height", value=4096), "does not match its network"),
    "gigantic picture": (_set("preprocess", "height", value=10**9), "picture sides are 1 to 4096"),
    "picture of a text": (_set("preprocess", "height", value="8"), "picture sides"),
    "mean of nan": (_set("preprocess", "mean", value=[float("nan")]), "finite"),
    "mean of text": (_set("preprocess", "mean", value=["x"]), "does not describe"),
    "no preprocess": (lambda d: d.pop("preprocess"), "it has no 'preprocess'"),
    "strange field": (_set("preprocess", "code", value="x"), "does not describe"),
    "too few classes": (_set("classes", value=["a", "b"]), "does not match its network"),
    "no classes": (_set("classes", value=[]), "classes must be a list"),
    "millions of classes": (_set("classes", value=["a"] * 100_001), "classes must be a list"),
    "twice the same class": (_set("classes", value=["a"] * 10), "two classes have the same name"),
    "a class that speaks to the terminal": (_set("classes", value=["\x1b[2J", *"123456789"]), "printable"),
    "range that is none": (
        _set("preprocess", "value_range", value=[4095, 0]),
        "a range of values must go up from black",
    ),
    "range of texts": (
        _set("preprocess", "value_range", value=["a", "b"]),
        "a range of values must have two finite ends",
    ),
    "range of one number": (_set("preprocess", "value_range", value=7), "does not describe a classifier"),
    "temperature 0": (_set("calibration", "temperature", value=0), "the temperature must be"),
    "temperature of a text": (_set("calibration", "temperature", value="hot"), "the temperature must be"),
    "a crop of almost nothing": (_set("preprocess", "crop_share", value=1e-4), "crop_share is 0.1 to 1"),
    "examples of a text": (_set("calibration", "examples", value="many"), "number of examples"),
    "provenance of a list": (_set("provenance", value=[]), "provenance must be an object"),
}


@pytest.mark.parametrize("change", HOSTILE)
def test_a_header_that_does_not_fit_is_refused_in_a_line(file: Path, change: str) -> None:
    header, body = parts(file)
    description = json.loads(header["__metadata__"]["catseye"])
    HOSTILE[change][0](description)
    header["__metadata__"]["catseye"] = json.dumps(description)
    rewrite(file, header, body)
    with pytest.raises(CatseyeError, match=HOSTILE[change][1]) as caught:
        Classifier.load(file)
    assert "\n" not in str(caught.value)


def test_tensors_that_differ_are_listed(file: Path) -> None:
    header, body = parts(file)
    header["conv1.wait"] = header.pop("conv1.weight")
    header["dense2.bias"]["shape"] = [5, 2]
    rewrite(file, header, body)
    with pytest.raises(CatseyeError) as caught:
        Classifier.load(file)
    message = str(caught.value)
    assert "missing conv1.weight" in message
    assert "unexpected conv1.wait" in message
    assert "dense2.bias is ([5, 2], 'F32') instead of ([10], 'F32')" in message


def test_tensors_of_another_type_or_place_are_refused(file: Path) -> None:
    header, body = parts(file)
    for field, value in (("dtype", "I32"), ("data_offsets", [0, 10**12])):
        spoilt = json.loads(json.dumps(header))
        spoilt["dense2.bias"][field] = value
        rewrite(file, spoilt, body)
        with pytest.raises(CatseyeError, match=r"does not match|damaged"):
            Classifier.load(file)


def test_weights_that_are_not_finite_are_refused(file: Path) -> None:
    header, body = parts(file)
    start, _ = header["dense2.bias"]["data_offsets"]
    rewrite(file, header, body[:start] + struct.pack("<f", float("nan")) + body[start + 4 :])
    with pytest.raises(CatseyeError, match="not finite"):
        Classifier.load(file)


def test_weights_too_large_to_answer_with_are_an_error_not_a_nan(file: Path) -> None:
    header, body = parts(file)
    rewrite(file, header, struct.pack("<f", 1e38) * (len(body) // 4))
    try:
        classifier = Classifier.load(file)
    except CatseyeError:
        return  # batch normalisation's counter took the damage: refused all the same
    with pytest.raises(CatseyeError, match="not finite numbers"):
        classifier.predict(np.full((8, 8), 255, np.uint8))

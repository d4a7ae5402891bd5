"""Whole exports: what is written agrees with the classifier, or nothing is written."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.classifier.classifier import Classifier
from catseye.cli import main
from catseye.errors import CatseyeError, UsageError
from catseye.evaluation.calibration import Calibration
from catseye.export import agreement
from catseye.images.preprocess import Preprocess
from catseye.networks.registry import build

if TYPE_CHECKING:
    from catseye.export.export_result import Export

onnxruntime = pytest.importorskip("onnxruntime")

pytestmark = pytest.mark.slow  # each export runs a network on 72 pictures in another runtime
DOCS = Path(__file__).parents[2] / "docs" / "export.md"
CLASSES = ("cat", "dog", "größe")
FILES = {"onnx": "cats.onnx", "openvino": "cats.xml", "torch": "cats.pt2", "keras": "cats.keras"}
BESIDE = {"openvino": ("cats.bin",), "torch": ("cats.weights.safetensors", "load_cats.py")}


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    import torch

    torch.manual_seed(0)
    network = build("conv 8 relu, pool, conv 8 relu, flatten, dense 3", (12, 16, 3), 3)
    preprocess = Preprocess(12, 16, 3, (0.4, 0.5, 0.6), (0.2, 0.3, 0.4), crop_share=0.9)
    name = "conv 8 relu, pool, conv 8 relu, flatten, dense 3"
    return Classifier(network, name, {}, preprocess, CLASSES, Calibration(0.5, 10), {"licence": "CC0"})


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    values = np.random.default_rng(5).integers(0, 256, (60, 90, 3), np.uint8)
    path = tmp_path / "picture.png"
    Image.fromarray(values).save(path)
    return path


@pytest.mark.parametrize("to", FILES)
def test_what_is_written_agrees_with_the_classifier(to: str, classifier: Classifier, tmp_path: Path) -> None:
    found: Export = catseye.export(classifier, to, tmp_path / FILES[to])
    assert found.file.exists()
    assert found.agreements[0].checked >= 64
    assert found.agreements[0].equal_classes == 1
    assert found.agreements[0].largest_difference < 1e-4
    names = {FILES[to], *BESIDE.get(to, ())}
    assert {path.name for path in tmp_path.iterdir()} == names
    assert found.bytes == sum((tmp_path / name).stat().st_size for name in names)
    assert found.to_json().keys() >= {
        "file", "format", "bytes", "checked", "equal_classes", "largest_difference", "runtime",
    }  # fmt: skip


@pytest.mark.parametrize("to", ["onnx", "openvino", "torch"])
def test_the_example_in_the_docs_runs_without_catseye_and_prints_the_same(
    to: str, classifier: Classifier, picture: Path, tmp_path: Path
) -> None:
    catseye.export(classifier, to, tmp_path / FILES[to])
    found = re.search(rf"```python {to}\n(.*?)```", DOCS.read_text("utf-8"), re.S)
    assert found
    (tmp_path / "example.py").write_text(found[1].replace("picture.jpg", picture.name), "utf-8")
    command = [sys.executable, "-X", "utf8", "example.py"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True, encoding="utf-8").stdout
    name, share = printed.rsplit(maxsplit=1)
    expected = classifier.predict(picture)[0]
    assert name == expected.class_name
    assert float(share) == pytest.approx(expected.probability, abs=1e-4)


def test_an_onnx_file_says_what_it_is_and_where_it_was_checked(classifier: Classifier, tmp_path: Path) -> None:
    catseye.export(classifier, "onnx", tmp_path / "cats.onnx")
    session = onnxruntime.InferenceSession(tmp_path / "cats.onnx")
    about = session.get_modelmeta().custom_metadata_map
    assert json.loads(about["classes"]) == list(CLASSES)
    description = json.loads(about["catseye"])
    assert description["preprocess"]["crop_share"] == 0.9
    assert description["calibration"]["temperature"] == 0.5
    assert description["provenance"] == {"licence": "CC0"}
    assert json.loads(about["checked"])[0]["runtime"].startswith("onnxruntime ")
    (given,) = session.get_inputs()
    assert (given.name, given.type, given.shape) == ("picture", "tensor(uint8)", ["N", "H", "W", 3])


def test_a_tensor_is_not_preprocessed_again(classifier: Classifier, picture: Path, tmp_path: Path) -> None:
    catseye.export(classifier, "onnx", tmp_path / "cats.onnx", input="tensor")
    session = onnxruntime.InferenceSession(tmp_path / "cats.onnx")
    pixels = classifier.pixels(picture)[None].astype(np.float32) / 255
    mean, std = (np.reshape(values, (1, 3, 1, 1)) for values in ((0.4, 0.5, 0.6), (0.2, 0.3, 0.4)))
    found = session.run(["probabilities"], {"pixels": ((pixels - mean) / std).astype(np.float32)})[0]
    np.testing.assert_allclose(found[0], classifier.predict(picture)[0].probabilities, atol=1e-5)


def test_exports_to_a_model_server_folder_become_successive_versions(classifier: Classifier, tmp_path: Path) -> None:
    first = catseye.export(classifier, "openvino", tmp_path / "cats")
    second = catseye.export(classifier, "openvino", tmp_path / "cats")
    assert first.file == tmp_path / "cats" / "1" / "model.xml"
    assert second.file == tmp_path / "cats" / "2" / "model.xml"
    assert {path.name for path in second.file.parent.iterdir()} == {"model.xml", "model.bin"}
    assert {path.name for path in tmp_path.iterdir()} == {"cats"}


@pytest.mark.parametrize(("kind", "shape"), [("picture", (1, 20, 30, 3)), ("tensor", (1, 3, 12, 16))])
def test_openvinos_inputs_and_outputs_have_their_names(
    kind: str, shape: tuple[int, ...], classifier: Classifier, tmp_path: Path
) -> None:
    import openvino

    catseye.export(classifier, "openvino", tmp_path / "cats.xml", input=kind)
    model = openvino.Core().compile_model(tmp_path / "cats.xml", "CPU")
    name, numbers = ("picture", np.uint8) if kind == "picture" else ("pixels", np.float32)
    assert model({name: np.zeros(shape, numbers)})["probabilities"].shape == (1, 3)


def test_a_file_with_different_answers_is_not_kept(
    classifier: Classifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(classifier, calibration=Calibration(2.0, 10))
    monkeypatch.setattr(
        "catseye.export.exporting.predict_pictures", lambda _, pictures: agreement.predict_pictures(other, pictures)
    )
    with pytest.raises(CatseyeError, match=r"not exported: onnxruntime .* does not agree with the classifier"):
        catseye.export(classifier, "onnx", tmp_path / "cats.onnx")
    assert list(tmp_path.iterdir()) == []


def test_an_existing_file_is_kept_unless_forced(classifier: Classifier, tmp_path: Path) -> None:
    (tmp_path / "cats.onnx").write_bytes(b"mine")
    with pytest.raises(UsageError, match="already exists"):
        catseye.export(classifier, "onnx", tmp_path / "cats.onnx")
    assert (tmp_path / "cats.onnx").read_bytes() == b"mine"
    catseye.export(classifier, "onnx", tmp_path / "cats.onnx", force=True)
    assert (tmp_path / "cats.onnx").stat().st_size > 1000


@pytest.mark.parametrize(("to", "beside"), [(to, name) for to, names in BESIDE.items() for name in names])
def test_files_beside_it_are_not_replaced_either(to: str, beside: str, classifier: Classifier, tmp_path: Path) -> None:
    (tmp_path / beside).write_bytes(b"mine")
    with pytest.raises(UsageError, match=f"{beside} already exists"):
        catseye.export(classifier, to, tmp_path / FILES[to])
    assert [path.name for path in tmp_path.iterdir()] == [beside]
    assert (tmp_path / beside).read_bytes() == b"mine"
    catseye.export(classifier, to, tmp_path / FILES[to], force=True)
    assert {path.name for path in tmp_path.iterdir()} == {FILES[to], *BESIDE[to]}
    assert (tmp_path / beside).stat().st_size > 100


@pytest.mark.parametrize(
    ("to", "name", "given", "message"),
    [
        ("tflite", "cats.tflite", "picture", "exported to onnx, openvino, torch, keras or web; got 'tflite'"),
        ("onnx", "cats.xml", "picture", "onnx is written to a file that ends in .onnx; got"),
        ("onnx", "no/cats.onnx", "picture", "there is no folder"),
        ("onnx", "cats.onnx", "pixels", "input must be picture or tensor; got 'pixels'"),
        ("keras", "cats.keras", "tensor", "leave out input='tensor'"),
    ],
)
def test_invalid_values_are_reported(
    to: str,
    name: str,
    given: str,
    message: str,
    classifier: Classifier,
    tmp_path: Path,
) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        catseye.export(classifier, to, tmp_path / name, input=given)
    assert list(tmp_path.iterdir()) == []


def test_the_command_prints_json(classifier: Classifier, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    classifier.save(tmp_path / "cats.safetensors")
    target = str(tmp_path / "cats.onnx")
    assert main(["export", str(tmp_path / "cats.safetensors"), "--to", "onnx", "-o", target, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (found["file"], found["format"], found["equal_classes"]) == (target, "onnx", 1.0)
    assert found["bytes"] == Path(target).stat().st_size

"""The network in a file is built only when it is asked for, and computes the same either way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from catseye.classifier.classifier import Classifier
from catseye.classifier.stored_network import compiled_network
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.errors import CatseyeError
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.inference import compiled_network as compiling
from catseye.inference.kept_engines import FOLDER
from catseye.networks import build

if TYPE_CHECKING:
    from catseye.arrays import Floats

TEXT = "conv 4 same, batch norm, pool, flatten"
PICTURES = np.random.default_rng(0).integers(0, 256, (40, 3, 12, 10), np.uint8)
WITHOUT_PYTORCH = """
import sys
import numpy as np
from catseye import Classifier
classifier = Classifier.load(sys.argv[1])
probabilities = classifier.probabilities(np.load(sys.argv[2]))
assert "torch" not in sys.modules, "PyTorch was loaded"
np.save(sys.argv[2], probabilities)
"""


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATSEYE_HOME", str(tmp_path / "home"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = build(TEXT, (12, 10, 3), 4).eval()
    preprocess = Preprocess(12, 10, 3, (0.4, 0.5, 0.6), (0.2, 0.3, 0.4))
    classifier = Classifier(network, TEXT, {}, preprocess, tuple("abcd"), Calibration(1.7, 9), {})
    return classifier.save(tmp_path / "classifier.safetensors")


def by_module(file: Path) -> Floats:
    """Return the probabilities that PyTorch computes."""
    classifier = Classifier.load(file)
    assert classifier.network is not None  # given, and from then on what computes
    assert compiled_network(classifier) is None
    return classifier.probabilities(PICTURES)


def engines(home: Path) -> list[Path]:
    return sorted((home / "home" / FOLDER).glob("*.engine"))


def test_the_first_prediction_compiles_and_later_ones_read_what_was_kept(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = by_module(file)
    assert not engines(tmp_path)
    first = Classifier.load(file).probabilities(PICTURES)
    assert len(engines(tmp_path)) == 1
    monkeypatch.setattr(compiling, "compile_network", None)  # nothing is compiled any more
    again = Classifier.load(file).probabilities(PICTURES)
    np.testing.assert_allclose(first, expected, atol=1e-5)
    assert np.array_equal(again, first)


def test_the_next_process_needs_no_pytorch(file: Path, tmp_path: Path) -> None:
    expected = Classifier.load(file).probabilities(PICTURES)
    np.save(tmp_path / "pictures.npy", PICTURES)
    program = [sys.executable, "-c", WITHOUT_PYTORCH, str(file), str(tmp_path / "pictures.npy")]
    subprocess.run(program, check=True)
    assert np.array_equal(np.load(tmp_path / "pictures.npy"), expected)


def test_many_pictures_at_once_come_to_the_same(file: Path) -> None:
    many = np.concatenate([PICTURES] * 8)  # so many that the network is loaded a second time, for throughput
    found = Classifier.load(file).probabilities(many)
    np.testing.assert_allclose(found, np.concatenate([by_module(file)] * 8), atol=1e-5)
    np.testing.assert_allclose(Classifier.load(file).probabilities(many), found, atol=1e-6)  # from what was kept


def test_one_picture_and_many_come_to_the_same(file: Path) -> None:
    classifier = Classifier.load(file)
    together = classifier.probabilities(PICTURES)
    alone = np.concatenate([classifier.probabilities(picture[None]) for picture in PICTURES])
    np.testing.assert_allclose(alone, together, atol=1e-6)


def test_a_network_that_was_given_away_computes_itself_changed_or_not(file: Path) -> None:
    classifier = Classifier.load(file)
    before = classifier.probabilities(PICTURES)
    with torch.no_grad():
        for weight in classifier.network.parameters():
            weight.zero_()
    assert np.allclose(classifier.probabilities(PICTURES), 0.25)
    np.testing.assert_array_equal(Classifier.load(file).probabilities(PICTURES), before)


def test_a_file_that_goes_is_still_what_was_loaded(file: Path) -> None:
    expected = by_module(file)
    Classifier.load(file).probabilities(PICTURES)
    classifier = Classifier.load(file)  # whose network is kept
    file.write_bytes(b"another one")
    np.testing.assert_allclose(classifier.probabilities(PICTURES), expected, atol=1e-5)
    file.unlink()
    assert classifier.network is not None
    np.testing.assert_allclose(classifier.probabilities(PICTURES), expected, atol=1e-5)


@pytest.mark.parametrize("content", [b"", b"spoilt", bytes(1000)])
def test_a_spoilt_engine_is_made_again(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    expected = Classifier.load(file).probabilities(PICTURES)
    (engine,) = engines(tmp_path)
    engine.write_bytes(content)
    np.testing.assert_array_equal(Classifier.load(file).probabilities(PICTURES), expected)
    assert engine.read_bytes() != content
    monkeypatch.setattr("catseye.inference.compiled_network.compile_network", None)  # the new one is believed
    np.testing.assert_array_equal(Classifier.load(file).probabilities(PICTURES), expected)


def test_an_engine_of_another_file_is_not_used(file: Path, tmp_path: Path) -> None:
    Classifier.load(file).probabilities(PICTURES)
    other = tmp_path / "other.safetensors"
    classifier = Classifier.load(file)
    with torch.no_grad():
        for weight in classifier.network.parameters():
            weight.zero_()
    classifier.save(other)
    assert np.allclose(Classifier.load(other).probabilities(PICTURES), 0.25)


def test_a_damaged_file_is_found_before_anything_is_predicted(file: Path) -> None:
    Classifier.load(file).probabilities(PICTURES)
    content = file.read_bytes()
    file.write_bytes(content[:-4] + b"\xff\xff\xff\xff")  # not a number
    with pytest.raises(CatseyeError, match="not finite"):
        Classifier.load(file)
    file.write_bytes(content[:-4])
    with pytest.raises(CatseyeError, match="truncated or damaged"):
        Classifier.load(file)


def test_a_compiled_network_that_computes_something_else_is_not_used(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = by_module(file)
    monkeypatch.setattr(compiling, "_LARGEST_DIFFERENCE", -1)
    np.testing.assert_array_equal(Classifier.load(file).probabilities(PICTURES), expected)
    assert not engines(tmp_path)


def test_without_openvino_pytorch_serves(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = by_module(file)
    monkeypatch.setattr("catseye.classifier.stored_network.is_usable", lambda: False)
    classifier = Classifier.load(file)
    assert compiled_network(classifier) is None
    np.testing.assert_array_equal(classifier.probabilities(PICTURES), expected)


def test_so_it_does_where_a_layer_has_no_translation(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = by_module(file)
    monkeypatch.setattr("catseye.inference.openvino_graph.find_translation", lambda _: None)
    classifier = Classifier.load(file)
    np.testing.assert_array_equal(classifier.probabilities(PICTURES), expected)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_does_not_wait_for_threads_that_it_does_not_have(file: Path, tmp_path: Path) -> None:
    program = f"""
import os, sys
import numpy as np
from catseye import Classifier
classifier = Classifier.load({str(file)!r})
pictures = np.load({str(tmp_path / "pictures.npy")!r})
expected = classifier.probabilities(pictures)
child = os.fork()
if not child:
    same = np.allclose(classifier.probabilities(pictures), expected, atol=1e-5)
    same = same and np.allclose(Classifier.load({str(file)!r}).probabilities(pictures), expected, atol=1e-5)
    os._exit(0 if same else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
    np.save(tmp_path / "pictures.npy", PICTURES)
    for _ in range(2):  # the second time with what the first one kept
        subprocess.run([sys.executable, "-W", "ignore", "-c", program], check=True, timeout=120)


def test_a_split_is_evaluated_without_the_module(file: Path) -> None:
    pictures = MemoryPictures(PICTURES, np.zeros(40, np.int64), tuple("abcd"))
    classifier, module = Classifier.load(file), Classifier.load(file)
    assert module.network is not None
    assert compiled_network(classifier) is not None
    np.testing.assert_allclose(classifier.logits(pictures), module.logits(pictures), atol=1e-5)

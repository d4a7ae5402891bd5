"""Keras itself runs what is exported for it. Run by ``make test-extras``."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import torch

import catseye
from catseye.classifier.classifier import Classifier
from catseye.errors import CatseyeError
from catseye.evaluation.calibration import Calibration
from catseye.export import keras_process
from catseye.export.exporting import export_classifier
from catseye.images.preprocess import Preprocess
from catseye.networks.lessons import LESSON_TEXTS
from catseye.networks.registry import build

SHAPE = (28, 28, 1)
CLASSES = tuple("abcdefg")


def make(text: str, temperature: float = 1.7) -> Classifier:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = build(text, SHAPE, len(CLASSES)).eval()
    return Classifier(network, text, {}, Preprocess(*SHAPE, (0.4,), (0.3,)), CLASSES, Calibration(temperature, 10), {})


@pytest.fixture
def keras() -> None:
    if not importlib.util.find_spec("keras"):
        pytest.skip("make test-extras runs this, in an environment of its own")


@pytest.mark.extras
@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("text", LESSON_TEXTS.values())
def test_an_export_is_checked_in_keras_where_that_is_installed(text: str, tmp_path: Path) -> None:
    found = catseye.export(make(text), "keras", tmp_path / "m.keras")
    (agreement,) = found.agreements
    assert agreement.runtime.startswith("keras 3.")
    assert (agreement.checked, agreement.equal_classes) == (72, 1.0)
    assert agreement.largest_difference < 1e-4


@pytest.mark.extras
@pytest.mark.usefixtures("keras")
def test_keras_detects_a_file_with_different_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "conv 8, flatten"
    other, save = make(text, temperature=0.2), Classifier.save
    monkeypatch.setattr(Classifier, "save", lambda _, path: save(other, path))
    with pytest.raises(CatseyeError, match=r"not exported: keras 3.* does not agree"):
        export_classifier(make(text), "keras", tmp_path / "m.keras", "picture", [], force=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.extras
@pytest.mark.usefixtures("keras")
def test_the_reason_is_given_if_keras_cannot_read_a_file(tmp_path: Path) -> None:
    (tmp_path / "m.keras").write_bytes(b"nothing")
    with pytest.raises(CatseyeError, match=r"^not exported: keras 3.* cannot read the file \(.+\)\.$"):
        keras_process.Keras(make("flatten, dense 16"), tmp_path / "m.keras")


def stub_keras(folder: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Put a module called keras on the path of the processes that are started."""
    (folder / "keras.py").write_text(code, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(folder))
    monkeypatch.syspath_prepend(str(folder))


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise ImportError('no backend.\\nmore')", "Keras does not start: ImportError: no backend. more"),
        ("import os; os._exit(1)", "Keras does not start: its process ended"),
    ],
)
def test_if_keras_does_not_start_the_export_says_what_read_the_file(
    code: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub = tmp_path / "stub"
    stub.mkdir()
    stub_keras(stub, monkeypatch, code)
    found = catseye.export(make("flatten, dense 16"), "keras", tmp_path / "m.keras")
    assert found.agreements[0].runtime == f"catseye's own reader ({reason})"


# A stand-in for Keras, whose model answers each picture by its mean.
STAND_IN = """
import numpy
__version__ = "3.0"
class Backend:
    backend = staticmethod(lambda: "stand-in")
class Saving:
    load_model = staticmethod(lambda path, compile: lambda maps: numpy.full((1, 7), maps.mean()))
class Ops:
    convert_to_numpy = staticmethod(numpy.asarray)
backend, saving, ops = Backend, Saving, Ops
print("noise on standard output")
"""


def test_pictures_reach_the_process_and_its_answers_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub_keras(tmp_path, monkeypatch, STAND_IN)
    runner = keras_process.Keras(make("flatten, dense 16"), tmp_path / "m.keras")
    assert runner.runtime == "keras 3.0 on stand-in"
    for value in (3, 200):
        assert runner(np.full((28, 28, 3), value, np.uint8))[0].tolist() == [value] * 7


def test_a_process_that_dies_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stub_keras(tmp_path, monkeypatch, STAND_IN.replace("maps.mean()", "1 / 0"))
    runner = keras_process.Keras(make("flatten, dense 16"), tmp_path / "m.keras")
    with pytest.raises(CatseyeError, match=r"keras 3\.0 on stand-in cannot run the file"):
        runner(np.zeros((28, 28, 3), np.uint8))

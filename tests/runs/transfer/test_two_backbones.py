"""A classifier of two backbones side by side is a classifier like any other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import catseye
from catseye.classifier.classifier import Classifier
from catseye.classifier.stored_network import compiled_network
from catseye.errors import CatseyeError
from catseye.evaluation.calibration import softmax
from catseye.inference.batched import compute_batch
from catseye.runs.run import Run
from tests.conftest import draw_folder

NAME = b"efficientnet_lite0+efficientnet_lite1"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = draw_folder(tmp_path_factory.mktemp("data") / "colours", {"red": 8, "blue": 8})
    return catseye.transfer(folder, NAME.decode(), out=tmp_path_factory.mktemp("runs") / "pair")


@pytest.mark.slow
def test_openvino_and_pytorch_say_the_same(run: Run) -> None:
    assert run.folder
    assert run.result.backbone
    assert run.result.backbone.features == 2560
    assert run.result.features
    assert run.result.features.agreement.same_class == 1
    loaded = Classifier.load(run.folder)
    height, width, _ = loaded.preprocess.shape
    assert (height, width) == (240, 240)
    pictures = np.random.default_rng(0).integers(0, 256, (3, 3, height, width), np.uint8)
    assert compiled_network(loaded) is not None
    quick = loaded.probabilities(pictures)
    exact = softmax(compute_batch(loaded.network, loaded.preprocess, pictures), loaded.calibration.temperature)
    assert np.abs(quick - exact).max() < 1e-4
    assert run.classifier.probabilities(pictures) == pytest.approx(quick, abs=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda content: content[: len(content) // 2], "truncated or damaged"),
        (lambda content: content.replace(NAME, b"efficientnet_lite1+efficientnet_lite0"), "does not match its network"),
        (lambda content: content.replace(NAME, b"efficientnet_lite0+efficientnet_lite0"), "does not describe"),
        (lambda content: content.replace(NAME, b"efficientnet_lite0+resnet18+resnet34x"), "does not describe"),
    ],
)
def test_a_spoilt_file_is_refused(run: Run, tmp_path: Path, spoil: object, says: str) -> None:
    assert run.folder
    assert callable(spoil)
    file = tmp_path / "spoilt.safetensors"
    file.write_bytes(spoil((run.folder / "classifier.safetensors").read_bytes()))
    with pytest.raises(CatseyeError, match=says):
        Classifier.load(file)

"""Networks that are written in Python, as files for other runtimes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn

import catseye
from catseye.classifier.classifier import Classifier
from catseye.errors import CatseyeError
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.export.export_result import Export

pytest.importorskip("onnxruntime")
# An exporter takes seconds, and each export runs a network on 72 pictures in another runtime.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.*LeafSpec:FutureWarning")]
FILES = {"onnx": "own.onnx", "openvino": "own.xml", "torch": "own.pt2"}


class Own(nn.Module):
    """Layers and functions that Catseye does not translate itself."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 8, 3, 2), nn.GroupNorm(2, 8)
        self.dense = nn.Linear(16, 3)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        maps = torch.relu(self.norm(self.conv(pictures)))
        result: torch.Tensor = self.dense(torch.cat([maps.mean((2, 3)), maps.amax((2, 3))], 1))
        return result


class Misleading(nn.Module):
    """A mean that PyTorch's exporter converts wrongly, and OpenVINO's not at all."""

    def __init__(self) -> None:
        super().__init__()
        self.pool, self.dense = nn.AvgPool2d(2, divisor_override=1), nn.Linear(3, 3)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.dense(self.pool(pictures).mean((2, 3)))
        return result


def classifier(kind: type[nn.Module]) -> Classifier:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = kind()
        for weight in network.parameters():
            nn.init.normal_(weight)
    preprocess = Preprocess(30, 26, 3, (0.4, 0.5, 0.6), (0.2, 0.3, 0.4))
    name = f"python:{__name__}.{kind.__name__}"
    return Classifier(network, name, {}, preprocess, ("a", "b", "c"), Calibration(1.0, 10), {})


@pytest.mark.parametrize("to", FILES)
def test_a_network_with_functions_answers_as_it_does_here(to: str, tmp_path: Path) -> None:
    if to == "onnx":
        pytest.importorskip("onnxscript")
    found: Export = catseye.export(classifier(Own), to, tmp_path / FILES[to])
    assert found.agreements[0].equal_classes == 1
    assert found.agreements[0].largest_difference < 1e-4


@pytest.mark.parametrize("to", ["onnx", "openvino"])
def test_what_a_converter_gets_wrong_is_refused(to: str, tmp_path: Path) -> None:
    if to == "onnx":
        pytest.importorskip("onnxscript")
    with pytest.raises(CatseyeError, match=r"does not agree with the classifier|cannot convert the network"):
        catseye.export(classifier(Misleading), to, tmp_path / FILES[to])
    assert list(tmp_path.iterdir()) == []

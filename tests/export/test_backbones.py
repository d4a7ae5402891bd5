"""Exports of backbones, pairs of them, timm's networks, and training in bfloat16 agree with the classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch import nn

import catseye
from catseye.classifier.classifier import Classifier
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.networks.registry import backbone
from tests import judges

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.export.export_result import Export
    from catseye.runs.run import Run

pytest.importorskip("onnxruntime")
# Each export runs a network on 72 pictures in another runtime.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore:.*LeafSpec:FutureWarning")]
FILES = {"onnx": "m.onnx", "openvino": "m.xml", "torch": "m.pt2"}
# Networks with the sides of their pictures; timm's is a small one that timm itself is tested with.
NETWORKS = {
    "resnet18": 64, "vgg11_bn": 64, "resnet18+resnet34": 64,
    "timm:test_resnet": 96,
}  # fmt: skip
SENSITIVE = 0.02  # how far probabilities differ between pictures at least


def make(name: str) -> Classifier:
    """Return a classifier with random weights whose answers differ from picture to picture."""
    side = NETWORKS[name]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = backbone(name, (side, side, 3), 4)
        for module in network.modules():
            if isinstance(module, nn.BatchNorm2d) and module.running_var is not None:
                assert module.running_mean is not None
                nn.init.uniform_(module.running_var, 0.5, 1.5)
                nn.init.normal_(module.running_mean, 0, 0.1)
    preprocess = Preprocess(side, side, 3, (0.48, 0.45, 0.4), (0.23, 0.22, 0.22), crop_share=0.875)
    pictures = torch.randint(0, 256, (4, 3, side, side), generator=torch.Generator().manual_seed(0))
    darker = pictures // torch.tensor([1, 2, 4, 8]).view(4, 1, 1, 1)
    with torch.inference_mode():
        logits = network.eval()(preprocess.tensor(darker.to(torch.uint8)))
    # With this head, the logits of any network spread alike: they depend on the picture.
    head = network.get_submodule(network.head_name)
    assert isinstance(head, nn.Linear)
    spread = float((logits - logits.mean(0)).std())
    with torch.no_grad():
        head.bias.sub_(logits.mean(0)).div_(spread)
        head.weight.div_(spread)
    return Classifier(network, name, {}, preprocess, tuple("abcd"), Calibration(1.0, 10), {})


@pytest.mark.parametrize("to", FILES)
@pytest.mark.parametrize("name", NETWORKS)
def test_a_backbone_answers_as_it_does_here(name: str, to: str, tmp_path: Path) -> None:
    if name.startswith("timm:"):
        assert judges.timm  # which can be imported once they have declared torchvision's operators
        if to == "onnx":
            pytest.importorskip("onnxscript")
    own = make(name)
    black, white = (own.predict(np.full((90, 70, 3), value, np.uint8))[0].probabilities for value in (0, 255))
    assert np.abs(black - white).max() > SENSITIVE
    found: Export = catseye.export(own, to, tmp_path / FILES[to])
    for agreement in found.agreements:
        assert agreement.holds
        assert agreement.largest_difference < 1e-3


@pytest.mark.parametrize("to", FILES)
def test_a_network_trained_in_bfloat16_is_exported_in_single_precision(
    to: str, bfloat16_run: Run, tmp_path: Path
) -> None:
    found: Export = catseye.export(bfloat16_run, to, tmp_path / FILES[to])
    assert {value.dtype for value in bfloat16_run.classifier.network.parameters()} == {torch.float32}
    assert all(agreement.holds for agreement in found.agreements)


@pytest.fixture(scope="module")
def bfloat16_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of one epoch on the digits with arithmetic in bfloat16."""
    return catseye.train("digits", out=tmp_path_factory.mktemp("runs") / "run", epochs=1, precision="bf16")

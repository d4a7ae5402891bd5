"""EfficientNet-Lite's graph without PyTorch is that of PyTorch's network."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino
import pytest
import torch

from catseye.images.preprocess import Preprocess
from catseye.inference.openvino_graph import build_classifier_graph, build_openvino_graph
from catseye.inference.openvino_lite import build_lite_graph
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.pretrained import arrays_of
from catseye.networks.registry import backbone

PREPROCESS = Preprocess(64, 64, 3, (127 / 255,) * 3, (128 / 255,) * 3)


def network(name: str) -> Backbone:
    """Return one with random weights, and statistics as after training, which let the maps keep their size."""
    generator = torch.Generator().manual_seed(0)
    made = backbone(name, PREPROCESS.shape, 7).eval()
    for module in made.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, generator=generator)
        elif isinstance(module, torch.nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.normal_(generator=generator)
            module.running_var.uniform_(0.5, 2, generator=generator)
            torch.nn.init.uniform_(module.weight, 0.5, 1.5, generator=generator)
            torch.nn.init.normal_(module.bias, generator=generator)
    return made


def run(graph: Any, pictures: Any) -> Any:
    settings = {"INFERENCE_PRECISION_HINT": "f32"}
    return openvino.Core().compile_model(graph, "CPU", settings)(pictures)[0]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["efficientnet_lite0", "efficientnet_lite2"])
@pytest.mark.parametrize("logits", [True, False])
def test_it_computes_what_pytorch_does(name: str, logits: bool) -> None:
    made, picture = network(name), np.random.default_rng(0).integers(0, 256, (1, 3, 64, 64), np.uint8)
    found = run(build_lite_graph(name, arrays_of(made), PREPROCESS, logits=logits), picture)
    translate = build_classifier_graph if logits else build_openvino_graph
    assert np.array_equal(found, run(translate(made, PREPROCESS), picture))
    with torch.inference_mode():
        tensor = PREPROCESS.tensor(torch.from_numpy(picture))
        expected = (made(tensor) if logits else made.extract(tensor)).numpy()
    assert np.abs(expected).max() > 0.1
    assert np.abs(found - expected).max() < 1e-4 * np.abs(expected).max()

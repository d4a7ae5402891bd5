"""OpenVINO's graph says what PyTorch's network says."""

from __future__ import annotations

import numpy as np
import openvino
import pytest
import torch
from torch import nn

from catseye.errors import CatseyeError
from catseye.inference.openvino_graph import build_openvino_graph
from catseye.networks.pretrained_weights import preprocess_of
from catseye.networks.registry import backbone
from tests.judges import judge


@pytest.mark.parametrize(
    "name",
    [
        *("resnet18", "mobilenet_v2", "efficientnet_lite0"),
        *(
            pytest.param(name, marks=pytest.mark.slow)
            for name in ("vgg11", "vgg11_bn", "resnet50", "efficientnet_lite3")
        ),
    ],
)
def test_features_are_pytorchs(name: str) -> None:
    """In single precision; every kind of layer is in one of these."""
    preprocess = preprocess_of(name)
    network = backbone(name, preprocess.shape, 1000)
    network.load_state_dict(judge(name).state_dict())
    network.eval()
    height, width, channels = preprocess.shape
    pixels = np.random.default_rng(0).integers(0, 256, (1, channels, height, width), np.uint8)
    settings = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = openvino.Core().compile_model(build_openvino_graph(network, preprocess), "CPU", settings)
    ours = compiled.create_infer_request().infer({0: pixels})[0]
    with torch.inference_mode():
        theirs = network.extract(preprocess.tensor(torch.from_numpy(pixels))).numpy()
        logits = network.head(torch.from_numpy(ours)) - network.head(torch.from_numpy(theirs))
    np.testing.assert_allclose(ours, theirs, atol=1e-4)
    assert logits.abs().max() < 1e-3
    assert theirs.std() > 0.01


def test_a_layer_that_is_not_known_is_named() -> None:
    network = backbone("resnet18", (32, 32, 3), 2)
    network.relu = nn.Hardtanh()
    with pytest.raises(CatseyeError, match=r"relu \(Hardtanh\) has no translation"):
        build_openvino_graph(network, preprocess_of("resnet18"))

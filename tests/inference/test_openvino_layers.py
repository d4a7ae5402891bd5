"""Every layer that a text can name computes in OpenVINO what it does in PyTorch."""

import numpy as np
import openvino
import pytest
import torch
from torch import nn

from catseye.images.preprocess import Preprocess
from catseye.inference.openvino_graph import build_classifier_graph
from catseye.networks.definition.activation import ACTIVATIONS
from catseye.networks.lessons import NAMED_TEXTS
from catseye.networks.registry import build

TEXTS = (
    *NAMED_TEXTS,
    "conv 8 5x5 same stride 2 dilation 2, batch norm, pool same, layer norm, flatten, dense 16, batch norm, layer norm",
    "pool average 3x3 stride 1, pool average 3x3 same stride 2, pool 3x2 stride 2, pool 3x3 same stride 2, pool global",
    "conv 6 4x3 same linear, upsample, upsample 3 bilinear, upsample bilinear, dropout .3, pool global",
    "2 × [conv 8 same, batch norm], [conv 8 same, batch norm, conv 8 same linear] + input, pool global",
    "conv 4, [pool 3x3 same stride 2] + [conv 4 1x1 stride 2 linear], [conv 4 1x1 | conv 4 same | input], pool global",
    "conv 8 groups 1 no bias, conv 16 depthwise no bias, conv 8 2x2 groups 4, pool global max, dense 5 no bias",
    *(f"conv 8 {activation}, pool global, dense 9 {activation}, dense 4" for activation in ACTIVATIONS),
)


def randomise(network: nn.Module) -> None:
    """Draw what a new network has as zeros and ones."""
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d):
            assert layer.running_mean is not None
            assert layer.running_var is not None
            nn.init.normal_(layer.running_mean)
            nn.init.uniform_(layer.running_var, 0.5, 2)
        if isinstance(layer, nn.BatchNorm1d | nn.BatchNorm2d | nn.LayerNorm):
            nn.init.normal_(layer.weight)
            nn.init.normal_(layer.bias)


@pytest.mark.parametrize("shape", [(28, 28, 1), (33, 47, 3)])
@pytest.mark.parametrize("text", TEXTS)
def test_logits_are_pytorchs_for_any_number_of_pictures(text: str, shape: tuple[int, int, int]) -> None:
    height, width, channels = shape
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = build(text, shape, 4)
        randomise(network)
    network.eval()
    preprocess = Preprocess(*shape, (0.4,) * channels, (0.3,) * channels)
    graph = build_classifier_graph(network, preprocess)
    request = openvino.Core().compile_model(graph, "CPU", {"INFERENCE_PRECISION_HINT": "f32"}).create_infer_request()
    pictures = np.random.default_rng(0).integers(0, 256, (3, channels, height, width), np.uint8)
    with torch.inference_mode():
        expected = network(preprocess.tensor(torch.from_numpy(pictures))).numpy()
    for count in (3, 1):
        np.testing.assert_allclose(request.infer({0: pictures[:count]})[0], expected[:count], atol=1e-5)

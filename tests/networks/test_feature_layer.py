"""A network's features are what its last dense layer takes, with OpenVINO as with PyTorch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from catseye.images.preprocess import Preprocess
from catseye.inference.compiled_network import CompiledNetwork
from catseye.inference.openvino_graph import build_classifier_graph
from catseye.inference.openvino_plugin import compile_model
from catseye.networks import build
from catseye.networks.feature_layer import LOGITS, WithFeatures, find_feature_layer

PREPROCESS = Preprocess(16, 16, 3)
PICTURES = np.random.default_rng(0).integers(0, 256, (5, 3, 16, 16), np.uint8)


@pytest.mark.parametrize(
    "text",
    ["conv 4 same, batch norm, pool, flatten, dense 6, dense 3", "flatten", "conv 4 stride 2, relu, flatten, dense 3"],
)
def test_openvino_returns_the_features_of_pytorch(text: str) -> None:
    network = build(text, (16, 16, 3), 3).eval()
    layer = find_feature_layer(network, (16, 16, 3))
    expected = WithFeatures(network, layer)(PREPROCESS.tensor(torch.from_numpy(PICTURES))).detach().numpy()
    graph = build_classifier_graph(network, PREPROCESS, layer)
    logits, features = CompiledNetwork(lambda hint: compile_model(graph, {"PERFORMANCE_HINT": hint}), 3).outputs(
        PICTURES
    )
    assert features is not None
    np.testing.assert_allclose(logits, expected[:, :3], atol=1e-4)
    assert features is not None
    np.testing.assert_allclose(features, expected[:, 3:], atol=1e-4)


def test_the_features_are_inputs_of_the_last_dense_layer_and_hooks_stay_away_from_the_network() -> None:
    network = nn.Sequential(nn.Flatten(), nn.Linear(12, 5), nn.ReLU(), nn.Linear(5, 2)).eval()
    layer, pictures = find_feature_layer(network, (2, 2, 3)), torch.randn(4, 3, 2, 2)
    assert layer == "3"
    found = WithFeatures(network, layer)(pictures)
    torch.testing.assert_close(found[:, 2:], network[:3](pictures))
    torch.testing.assert_close(found[:, :2], network(pictures))
    assert not any(module._forward_pre_hooks for module in network.modules())


def test_without_a_dense_layer_that_takes_vectors_the_logits_are_the_features() -> None:
    convolution = nn.Sequential(nn.Conv2d(3, 2, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    assert find_feature_layer(convolution, (4, 4, 3)) == LOGITS
    tokens = nn.Sequential(nn.Flatten(2), nn.Linear(16, 2), nn.Flatten()).eval()  # a dense layer on (B, 3, 16)
    assert find_feature_layer(tokens, (4, 4, 3)) == LOGITS
    found = WithFeatures(convolution, LOGITS)(torch.randn(2, 3, 4, 4))
    torch.testing.assert_close(found[:, :2], found[:, 2:])

"""Class scores of networks whose attributions can be worked out by hand."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from catseye.images.preprocess import Preprocess
from catseye.insight.explanation.class_score import ClassScore
from catseye.networks import build
from catseye.networks.probe import Probe
from catseye.networks.registry import backbone

SIDE = 7


def linear(weights: torch.Tensor | None = None) -> ClassScore:
    """Two classes, a linear network on grey pictures of 7×7 on black; the score is class 1's."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(SIDE * SIDE, 2))
    layer = network.get_submodule("1")
    assert isinstance(layer, nn.Linear)
    with torch.no_grad():
        layer.bias.zero_()
        if weights is not None:
            layer.weight[1] = weights.flatten()
    return scored(network, (SIDE, SIDE, 1))


def convnet() -> ClassScore:
    """The lesson's convnet with random weights."""
    torch.manual_seed(0)
    return scored(build("convnet", (28, 28, 1), 10), (28, 28, 1))


def lite() -> ClassScore:
    """The default backbone with random weights, on small pictures."""
    torch.manual_seed(0)
    return scored(backbone("efficientnet_lite0", (64, 64, 3), 5), (64, 64, 3))


def scored(network: nn.Module, shape: tuple[int, int, int]) -> ClassScore:
    """Class 1 of a picture of noise on black."""
    height, width, channels = shape
    picture = np.zeros((channels, height, width), np.uint8)
    inside = np.random.default_rng(0).integers(1, 256, (channels, height - 2, width - 2))
    picture[:, 1:-1, 1:-1] = inside
    return ClassScore(Probe(network), Preprocess(*shape), picture, 1)

"""Layers have names in every network, and some of them are chosen by default."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional

from catseye.errors import UsageError
from catseye.networks import build
from catseye.networks.layers import (
    activation_functions,
    default_layers,
    every_map,
    function_names,
    last_maps,
    layer_names,
)
from catseye.networks.probe import Probe
from catseye.networks.registry import backbone

LESSON = (28, 28, 1)


def test_by_default_the_lessons_networks_show_what_follows_each_convolution() -> None:
    network = build("convnet", (28, 28, 1), 10)
    assert default_layers(network, LESSON) == ("relu1", "relu2", "relu3")
    assert last_maps(network, LESSON) == "relu3"
    assert last_maps(build("fashion_convnet", (8, 8, 1), 10), (8, 8, 1)) == "relu2"  # before the pooling
    normalised = build("convnet", (28, 28, 1), 10, batch_norm=True)
    assert last_maps(normalised, LESSON) == "relu3"


def test_by_default_backbones_show_their_stages() -> None:
    network = backbone("efficientnet_lite0", (64, 64, 3), 10)
    assert set(default_layers(network, (64, 64, 3))) < set(layer_names(network))
    assert last_maps(network, (64, 64, 3)) == default_layers(network, (64, 64, 3))[-1] == "top"


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("convnet", ["relu1", "pool1", "relu2", "pool2", "relu3"]),
        (
            "conv 8, batch norm, relu, pool average, conv 8 linear, pool, gelu",
            ["relu2", "pool1", "conv2", "pool2", "gelu1"],
        ),
        ("[conv 4 1x1 | conv 4 same], layer norm, upsample, pool, pool global", ["norm1", "upsample1", "pool1"]),
        ("dense", []),
    ],
)
def test_every_map_is_that_of_pooling_and_upsampling_too(text: str, layers: list[str]) -> None:
    assert list(every_map(build(text, LESSON, 10), LESSON)) == layers


@pytest.mark.slow
def test_every_map_of_a_backbone_is_that_of_its_stages() -> None:
    assert list(every_map(backbone("vgg11", (32, 32, 3), 2), (32, 32, 3)).values()) == list(
        backbone("vgg11", (32, 32, 3), 2).stages()
    )


def test_a_dense_network_has_no_maps() -> None:
    with pytest.raises(UsageError, match="no convolution"):
        last_maps(build("dense", LESSON, 10), LESSON)


class _Functions(nn.Module):
    """A network of functions, with one module if it is asked to."""

    def __init__(self, *, with_module: bool) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(4, 1, 3, 3))
        self.head = nn.Parameter(torch.randn(2, 4 * 6 * 6))
        self.norm = nn.BatchNorm2d(4) if with_module else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = functional.conv2d(x, self.weight)
        x = functional.gelu(x if self.norm is None else self.norm(x))
        return functional.linear(x.flatten(1), self.head)


def test_what_functions_compute_has_a_name_and_an_output() -> None:
    alone, with_module = _Functions(with_module=False), _Functions(with_module=True)
    assert function_names(alone) == ("conv2d", "gelu", "flatten", "linear")
    assert (activation_functions(alone), activation_functions(with_module)) == ({}, {"norm": "gelu"})
    with pytest.raises(UsageError, match=r"positions \(conv2d, gelu, flatten, linear\), or write nn\.Conv2d in place"):
        last_maps(alone, (8, 8, 1))
    with pytest.raises(UsageError, match=r"name a layer that keeps positions \(norm, conv2d, gelu, flatten, linear\)"):
        last_maps(with_module, (8, 8, 1))
    pictures = torch.randn(1, 1, 8, 8)
    outputs = Probe(alone).layer_outputs(pictures, ["gelu", "logits"])
    torch.testing.assert_close(outputs["gelu"], functional.gelu(functional.conv2d(pictures, alone.weight)))
    torch.testing.assert_close(outputs["logits"], alone(pictures))
    with pytest.raises(UsageError, match="unknown layer 'relu'; did you mean gelu"):
        Probe(alone).layer_outputs(pictures, ["relu"])

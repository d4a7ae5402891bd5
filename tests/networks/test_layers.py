"""Layers have names in every network, and some of them are chosen by default."""

from __future__ import annotations

import pytest

from catseye.errors import UsageError
from catseye.networks import build
from catseye.networks.layers import default_layers, last_maps, layer_names
from catseye.networks.registry import backbone


def test_by_default_the_lessons_networks_show_what_follows_each_convolution() -> None:
    network = build("convnet", (28, 28, 1), 10)
    assert default_layers(network) == ("relu1", "relu2", "relu3")
    assert last_maps(network) == "relu3"
    assert last_maps(build("fashion_convnet", (8, 8, 1), 10)) == "relu2"  # before the pooling
    normalised = build("convnet", (28, 28, 1), 10, batch_norm=True)
    assert last_maps(normalised) == "relu3"


def test_by_default_backbones_show_their_stages() -> None:
    network = backbone("efficientnet_lite0", (64, 64, 3), 10)
    assert set(default_layers(network)) < set(layer_names(network))
    assert last_maps(network) == default_layers(network)[-1] == "top"


def test_a_dense_network_has_no_maps() -> None:
    with pytest.raises(UsageError, match="no convolution"):
        last_maps(build("dense", (28, 28, 1), 10))

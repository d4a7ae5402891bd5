"""Whether a layer's channels come first or last is told by what it does."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from catseye.insight.maps.maps import map_outputs
from catseye.networks import build
from catseye.networks.channels_last import works_along_last
from catseye.networks.definition.modules import ChannelNorm
from catseye.networks.probe import Probe
from catseye.networks.summarising import summarise


class MovingNorm(nn.LayerNorm):
    """Moves the channels itself, as ConvNeXt's does."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        return super().forward(maps.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class FastNorm(nn.LayerNorm):
    """Works along the last axis, in a way of its own."""

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return super().forward(values) * 1


class LastNorm(nn.Module):
    """A convolution, what works along the last axis of its maps (B, H, W, C), and a dense layer."""

    def __init__(self, norm: nn.Module) -> None:
        super().__init__()
        self.conv, self.norm, self.dense = nn.Conv2d(1, 6, 3, padding=1), norm, nn.Linear(6 * 64, 10)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.dense(self.norm(self.conv(pictures).permute(0, 2, 3, 1)).flatten(1))
        return logits


@pytest.mark.parametrize("channels", [6, 8])
@pytest.mark.parametrize("norm", [ChannelNorm, MovingNorm])
def test_a_normalisation_that_moves_the_channels_leaves_them_first(norm: type[nn.Module], channels: int) -> None:
    """Eight channels are as many as the maps have rows and columns."""
    assert not works_along_last(norm(channels), (channels, 8, 8))


@pytest.mark.parametrize("channels", [6, 8])
@pytest.mark.parametrize("layer", [nn.LayerNorm, FastNorm])
def test_a_normalisation_of_the_last_axis_has_the_channels_there(layer: type[nn.Module], channels: int) -> None:
    assert works_along_last(layer(channels), (8, 8, channels))


def test_a_normalisation_over_whole_maps_leaves_the_channels_first() -> None:
    assert not works_along_last(nn.LayerNorm([6, 8, 8]), (6, 8, 8))


@pytest.mark.parametrize("norm", [nn.LayerNorm(6), nn.Linear(6, 6)])
def test_maps_with_the_channels_last_are_turned_round(norm: nn.Module) -> None:
    network = LastNorm(norm).eval()
    picture = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        maps = map_outputs(Probe(network), picture, ["norm"])["norm"]
        expected = norm(network.conv(picture).permute(0, 2, 3, 1))
    assert maps.shape == (1, 6, 8, 8)
    np.testing.assert_allclose(maps[0, 2].numpy(), expected[0, :, :, 2].numpy(), rtol=1e-5, atol=1e-6)


def test_maps_of_a_network_as_text_behind_layer_norm() -> None:
    network = build("conv 6 same, layer norm, pool, flatten", (8, 8, 1), 10).eval()
    picture = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert map_outputs(Probe(network), picture, ["norm1"])["norm1"].shape == (1, 6, 8, 8)
    rows = {layer.name: layer.output for layer in summarise(network, (8, 8, 1)).layers}
    assert rows["conv1"] == (8, 8, 6)

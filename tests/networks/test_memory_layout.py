"""Memory formats."""

from __future__ import annotations

import torch
from torch import nn

from catseye.networks.memory_layout import choose_layout, has_known_layers, keep_layout
from catseye.networks.registry import build


class _Viewing(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.view(len(x), -1)


def test_channels_lie_last_where_every_layer_is_known() -> None:
    assert choose_layout(build("fashion_convnet", (28, 28, 1), 10)) is torch.channels_last
    assert choose_layout(build("resnet18", (32, 32, 3), 10)) is torch.channels_last
    own = nn.Sequential(nn.Conv2d(3, 4, 3), _Viewing())
    assert not has_known_layers(own)
    assert choose_layout(own) is torch.contiguous_format


def test_pictures_reach_unknown_layers_in_the_usual_order() -> None:
    own = nn.Sequential(nn.Identity(), _Viewing())
    keep_layout(own)
    pictures = torch.rand(2, 3, 4, 4).to(memory_format=torch.channels_last)
    assert torch.equal(own(pictures), pictures.reshape(2, -1))

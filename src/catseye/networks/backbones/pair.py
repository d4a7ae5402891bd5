"""Two backbones side by side: what each sees of the same picture, for one head."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.networks.backbones.backbone import Backbone

if TYPE_CHECKING:
    from catseye.networks.backbones.backbone import Stages


class SideBySide(nn.Module):
    """Two backbones without their heads: the last maps of both, one behind the other."""

    def __init__(self, first: Backbone, second: Backbone) -> None:
        super().__init__()
        self.first, self.second = first, second

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return maps (B, C1 + C2, H, W) of preprocessed pictures (B, 3, H, W)."""
        return torch.cat((_last_maps(self.first, pictures), _last_maps(self.second, pictures)), dim=1)


class Pair(Backbone):
    """Two backbones whose features are the means of their last maps, with one head on both.

    Both are given the same pixels; their last maps therefore have the same size, and lie side by side. The one stage
    is all that comes before pooling.
    """

    head_name = "classifier"

    def __init__(self, first: Backbone, second: Backbone, classes: int) -> None:
        super().__init__()
        width = first.head.in_features + second.head.in_features
        for part in (first, second):
            parent, _, name = part.head_name.rpartition(".")
            setattr(part.get_submodule(parent), name, nn.Identity())
        self.maps = SideBySide(first, second)
        self.avgpool, self.flatten = nn.AdaptiveAvgPool2d(1), nn.Flatten()
        self.classifier = nn.Linear(width, classes)

    def stages(self) -> Stages:
        """Return the one stage."""
        return {"maps": (self.maps,)}

    def pooled(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the mean of each map (B, F1 + F2)."""
        result: torch.Tensor = self.flatten(self.avgpool(maps))
        return result


def _last_maps(part: Backbone, maps: torch.Tensor) -> torch.Tensor:
    for layers in part.stages().values():
        for layer in layers:
            maps = layer(maps)
    return maps

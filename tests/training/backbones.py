"""A backbone so small that tests can train it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.networks.backbones.backbone import Backbone

if TYPE_CHECKING:
    from catseye.networks.backbones.backbone import Stages


class Tiny(Backbone):
    """Two stages of convolution and batch normalisation, a hidden dense layer, dropout, and the head."""

    head_name = "classifier"

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.stage1 = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU())
        self.stage2 = nn.Sequential(nn.Conv2d(8, 16, 3, 2, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU())
        self.between = nn.Linear(16, 12)
        self.dropout = nn.Dropout(0.1)
        self.classifier = nn.Linear(12, classes)

    def stages(self) -> Stages:
        """Return the two stages."""
        return {"stage1": (self.stage1,), "stage2": (self.stage2,)}

    def pooled(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the hidden layer's values (B, 12)."""
        values: torch.Tensor = self.dropout(self.between(maps.mean((2, 3))).relu())
        return values

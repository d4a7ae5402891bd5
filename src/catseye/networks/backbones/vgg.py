"""VGG (Simonyan & Zisserman 2015, arXiv:1409.1556): blocks of 3×3 convolutions, halved by max pooling."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.networks.backbones.backbone import Backbone
from catseye.networks.backbones.sizes import VGG_CHANNELS, VGG_CONVOLUTIONS, VGG_HIDDEN, VGG_POOLED_SIDE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from catseye.networks.backbones.backbone import Stages

_DROPOUT = 0.5


class _Headless(nn.Linear):
    """A dense layer for no classes, which has nothing to draw at random."""

    def __init__(self, features: int) -> None:
        super().__init__(features, 0)

    def reset_parameters(self) -> None:
        """Leave the weights, of which there are none."""


class VGG(Backbone):
    """VGG with parameters named as torchvision's.

    Its features are the second hidden dense layer's 4,096 values after relu. Without dense layers, they are the mean
    of each of the last 512 maps, and there are no classes.
    """

    def __init__(
        self, convolutions: Sequence[int], classes: int, *, batch_norm: bool = False, dense: bool = True
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for count, width in zip(convolutions, VGG_CHANNELS, strict=True):
            for _ in range(count):
                layers += [nn.Conv2d(channels, width, 3, padding=1), *([nn.BatchNorm2d(width)] if batch_norm else [])]
                layers += [nn.ReLU()]
                channels = width
            layers += [nn.MaxPool2d(2)]
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(VGG_POOLED_SIDE if dense else 1)
        self.flatten = nn.Flatten()
        if not dense:
            self.head_name, self.classifier = "classifier.0", nn.Sequential(_Headless(channels))
            return
        self.head_name = "classifier.6"
        self.classifier = nn.Sequential(
            *(nn.Linear(channels * VGG_POOLED_SIDE**2, VGG_HIDDEN), nn.ReLU(), nn.Dropout(_DROPOUT)),
            *(nn.Linear(VGG_HIDDEN, VGG_HIDDEN), nn.ReLU(), nn.Dropout(_DROPOUT)),
            nn.Linear(VGG_HIDDEN, classes),
        )

    def stages(self) -> Stages:
        """Return the five blocks, each up to its pooling."""
        layers = list(self.features)
        ends = [index + 1 for index, layer in enumerate(layers) if isinstance(layer, nn.MaxPool2d)]
        starts = [0, *ends[:-1]]
        return {
            f"stage{number}": tuple(layers[start:end])
            for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)
        }

    def pooled(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the values before the last dense layer (B, 4096)."""
        values: torch.Tensor = self.flatten(self.avgpool(maps))
        for layer in list(self.classifier)[:-1]:
            values = layer(values)
        return values


def vgg_without_dense(depth: int) -> VGG:
    """Return the convolutions of a VGG alone, as a network without classes."""
    return VGG(VGG_CONVOLUTIONS[depth], 0, dense=False)


VGGS: dict[str, Callable[[int], Backbone]] = {
    f"vgg{depth}{'_bn' * batch_norm}": partial(VGG, convolutions, batch_norm=batch_norm)
    for depth, convolutions in VGG_CONVOLUTIONS.items()
    for batch_norm in (False, True)
}

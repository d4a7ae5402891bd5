"""Residual networks (He et al. 2016, arXiv:1512.03385), with the stride in the 3×3 convolution as in torchvision."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.networks.backbones.backbone import Backbone
from catseye.networks.backbones.sizes import RESNET_BLOCKS, RESNET_WIDTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from catseye.networks.backbones.backbone import Stages


def _conv(inputs: int, outputs: int, kernel: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)


class _Residual(nn.Module):
    """Adds what its layers make of the maps to the maps themselves, brought to the same size where they differ."""

    expansion: int

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        outputs = width * self.expansion
        self.relu = nn.ReLU()
        self.downsample: nn.Module | None = None
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(_conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def residue(self, maps: torch.Tensor) -> torch.Tensor:
        raise NotImplementedError

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        shortcut = maps if self.downsample is None else self.downsample(maps)
        result: torch.Tensor = self.relu(self.residue(maps) + shortcut)
        return result


class _Basic(_Residual):
    """Two 3×3 convolutions."""

    expansion = 1

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__(inputs, width, stride)
        self.conv1, self.bn1 = _conv(inputs, width, 3, stride), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = _conv(width, width, 3), nn.BatchNorm2d(width)

    def residue(self, maps: torch.Tensor) -> torch.Tensor:
        maps = self.relu(self.bn1(self.conv1(maps)))
        result: torch.Tensor = self.bn2(self.conv2(maps))
        return result


class _Bottleneck(_Residual):
    """A 3×3 convolution on a quarter of the channels, between two 1×1."""

    expansion = 4

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__(inputs, width, stride)
        outputs = width * self.expansion
        self.conv1, self.bn1 = _conv(inputs, width, 1), nn.BatchNorm2d(width)
        self.conv2, self.bn2 = _conv(width, width, 3, stride), nn.BatchNorm2d(width)
        self.conv3, self.bn3 = _conv(width, outputs, 1), nn.BatchNorm2d(outputs)

    def residue(self, maps: torch.Tensor) -> torch.Tensor:
        maps = self.relu(self.bn1(self.conv1(maps)))
        maps = self.relu(self.bn2(self.conv2(maps)))
        result: torch.Tensor = self.bn3(self.conv3(maps))
        return result


class ResNet(Backbone):
    """A residual network with parameters named as torchvision's."""

    head_name = "fc"

    def __init__(self, block: type[_Residual], blocks: Sequence[int], classes: int) -> None:
        super().__init__()
        channels = RESNET_WIDTHS[0]
        self.conv1, self.bn1, self.relu = _conv(3, channels, 7, 2), nn.BatchNorm2d(channels), nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, padding=1)
        for number, (count, width) in enumerate(zip(blocks, RESNET_WIDTHS, strict=True), 1):
            layers = []
            for index in range(count):
                layers.append(block(channels, width, stride=2 if index == 0 and number > 1 else 1))
                channels = width * block.expansion
            setattr(self, f"layer{number}", nn.Sequential(*layers))
        self.avgpool, self.flatten = nn.AdaptiveAvgPool2d(1), nn.Flatten()
        self.fc = nn.Linear(channels, classes)

    def stages(self) -> Stages:
        """Return the stem and the four stages of blocks."""
        stem = {"stem": (self.conv1, self.bn1, self.relu, self.maxpool)}
        return stem | {f"stage{n}": (self.get_submodule(f"layer{n}"),) for n in range(1, len(RESNET_WIDTHS) + 1)}

    def pooled(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the mean of each map (B, C)."""
        result: torch.Tensor = self.flatten(self.avgpool(maps))
        return result


RESNETS: dict[str, Callable[[int], Backbone]] = {
    f"resnet{depth}": partial(ResNet, _Basic if expansion == _Basic.expansion else _Bottleneck, blocks)
    for depth, (blocks, expansion) in RESNET_BLOCKS.items()
}

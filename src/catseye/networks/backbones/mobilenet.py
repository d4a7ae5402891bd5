"""MobileNetV2 (Sandler et al. 2018, arXiv:1801.04381): inverted residuals with linear bottlenecks."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.networks.backbones.backbone import Backbone
from catseye.networks.backbones.blocks import last_relu6
from catseye.networks.backbones.sizes import MOBILENET_STAGES, MOBILENET_STEM, MOBILENET_TOP

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.networks.backbones.backbone import Stages

_DROPOUT = 0.2


def _conv_norm(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> list[nn.Module]:
    conv = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, groups=groups, bias=False)
    return [conv, nn.BatchNorm2d(outputs)]


def _conv_norm_relu(inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(*_conv_norm(inputs, outputs, kernel, stride, groups), nn.ReLU6())


class _InvertedResidual(nn.Module):
    """Widens with 1×1, filters each channel with 3×3, narrows with 1×1, without relu at the end."""

    def __init__(self, inputs: int, outputs: int, expansion: int, stride: int) -> None:
        super().__init__()
        width = inputs * expansion
        widen = [_conv_norm_relu(inputs, width, 1)] if expansion > 1 else []
        self.conv = nn.Sequential(
            *widen, _conv_norm_relu(width, width, 3, stride, groups=width), *_conv_norm(width, outputs, 1)
        )
        self.adds = stride == 1 and inputs == outputs

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.conv(maps) + maps if self.adds else self.conv(maps)
        return result


class MobileNetV2(Backbone):
    """MobileNetV2 with parameters named as torchvision's."""

    head_name = "classifier.1"

    def __init__(self, classes: int) -> None:
        super().__init__()
        layers: list[nn.Module] = [_conv_norm_relu(3, MOBILENET_STEM, 3, 2)]
        channels = MOBILENET_STEM
        for expansion, outputs, blocks, stride in MOBILENET_STAGES:
            for index in range(blocks):
                layers.append(_InvertedResidual(channels, outputs, expansion, stride if index == 0 else 1))
                channels = outputs
        self.features = nn.Sequential(*layers, _conv_norm_relu(channels, MOBILENET_TOP, 1))
        self.avgpool, self.flatten = nn.AdaptiveAvgPool2d(1), nn.Flatten()
        self.classifier = nn.Sequential(nn.Dropout(_DROPOUT), nn.Linear(MOBILENET_TOP, classes))

    def stages(self) -> Stages:
        """Return the stem, the paper's seven stages, and the widening at the top."""
        layers = list(self.features)
        bounds = [1]
        for _, _, blocks, _ in MOBILENET_STAGES:
            bounds.append(bounds[-1] + blocks)
        middle = {f"stage{n}": tuple(layers[start:end]) for n, (start, end) in enumerate(pairwise(bounds), 1)}
        return {"stem": (layers[0],), **middle, "top": (layers[-1],)}

    def activated(self) -> dict[str, str]:
        """Return the last relu6 of each stage; blocks end in a convolution without one."""
        return last_relu6(self)

    def pooled(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the mean of each map (B, 1280)."""
        result: torch.Tensor = self.classifier[0](self.flatten(self.avgpool(maps)))
        return result


MOBILENETS: dict[str, Callable[[int], Backbone]] = {"mobilenet_v2": MobileNetV2}

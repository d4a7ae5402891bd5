"""EfficientNet-Lite: EfficientNet (Tan & Le 2019, arXiv:1905.11946) for small devices.

Against EfficientNet it has relu6 in place of swish, no squeeze-and-excitation, and a stem and top that do not grow
(https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite).
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.networks.backbones.backbone import Backbone
from catseye.networks.backbones.blocks import SameConv2d, last_relu6, rounded_channels

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from catseye.networks.backbones.backbone import Stages

# Of each stage: expansion, channels, blocks, stride of the first block, kernel.
_STAGES = (
    *((1, 16, 1, 1, 3), (6, 24, 2, 2, 3), (6, 40, 2, 2, 5), (6, 80, 3, 2, 3)),
    *((6, 112, 3, 1, 5), (6, 192, 4, 2, 5), (6, 320, 1, 1, 3)),
)
_STEM, _TOP = 32, 1280  # channels
_DROPOUT = {0: 0.2, 1: 0.2, 2: 0.3, 3: 0.3, 4: 0.3}
_SCALES = {0: (1.0, 1.0), 1: (1.0, 1.1), 2: (1.1, 1.2), 3: (1.2, 1.4), 4: (1.4, 1.8)}  # of width and depth


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=1e-3)  # TensorFlow's


class _Separable(nn.Module):
    """Filters each channel, then mixes them with 1×1."""

    def __init__(self, inputs: int, outputs: int, stride: int, kernel: int) -> None:
        super().__init__()
        self.conv_dw, self.bn1 = SameConv2d(inputs, inputs, kernel, stride, groups=inputs), _norm(inputs)
        self.conv_pw, self.bn2 = SameConv2d(inputs, outputs, 1), _norm(outputs)
        self.act = nn.ReLU6()

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.bn2(self.conv_pw(self.act(self.bn1(self.conv_dw(maps)))))
        return result


class _InvertedResidual(nn.Module):
    """Widens with 1×1, filters each channel, narrows with 1×1, without relu at the end."""

    def __init__(self, inputs: int, outputs: int, expansion: int, stride: int, kernel: int) -> None:
        super().__init__()
        width = inputs * expansion
        self.conv_pw, self.bn1 = SameConv2d(inputs, width, 1), _norm(width)
        self.conv_dw, self.bn2 = SameConv2d(width, width, kernel, stride, groups=width), _norm(width)
        self.conv_pwl, self.bn3 = SameConv2d(width, outputs, 1), _norm(outputs)
        self.act1, self.act2 = nn.ReLU6(), nn.ReLU6()
        self.adds = stride == 1 and inputs == outputs

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        inner = self.act2(self.bn2(self.conv_dw(self.act1(self.bn1(self.conv_pw(maps))))))
        result: torch.Tensor = self.bn3(self.conv_pwl(inner))
        return result + maps if self.adds else result


def _blocks(
    inputs: int, outputs: int, expansion: int, count: int, stride: int, kernel: int
) -> list[_Separable | _InvertedResidual]:
    if expansion == 1:
        return [_Separable(inputs, outputs, stride, kernel)]
    first = _InvertedResidual(inputs, outputs, expansion, stride, kernel)
    return [first, *(_InvertedResidual(outputs, outputs, expansion, 1, kernel) for _ in range(count - 1))]


class EfficientNetLite(Backbone):
    """EfficientNet-Lite with parameters named as timm's ``tf_efficientnet_lite*``."""

    head_name = "classifier"

    def __init__(self, width: float, depth: float, dropout: float, classes: int) -> None:
        super().__init__()
        self.conv_stem, self.bn1 = SameConv2d(3, _STEM, 3, 2), _norm(_STEM)
        self.act = nn.ReLU6()
        self.blocks = nn.Sequential()
        channels = _STEM
        for number, (expansion, unscaled, count, stride, kernel) in enumerate(_STAGES):
            outputs = rounded_channels(unscaled * width)
            # The first and the last stage do not get deeper.
            count = count if number in (0, len(_STAGES) - 1) else math.ceil(count * depth)
            self.blocks.append(nn.Sequential(*_blocks(channels, outputs, expansion, count, stride, kernel)))
            channels = outputs
        self.conv_head, self.bn2 = SameConv2d(channels, _TOP, 1), _norm(_TOP)
        self.avgpool, self.flatten, self.dropout = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout)
        self.classifier = nn.Linear(_TOP, classes)

    def stages(self) -> Stages:
        """Return the stem, the seven stages of blocks, and the widening at the top."""
        middle = {f"stage{number}": (stage,) for number, stage in enumerate(self.blocks, 1)}
        stem, top = (self.conv_stem, self.bn1, self.act), (self.conv_head, self.bn2, self.act)
        return {"stem": stem, **middle, "top": top}

    def activated(self) -> dict[str, str]:
        """Return the last relu6 of each stage; blocks end in a convolution without one."""
        return last_relu6(self)

    def pooled(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the mean of each map (B, 1280)."""
        result: torch.Tensor = self.dropout(self.flatten(self.avgpool(maps)))
        return result


EFFICIENTNET_LITES: dict[str, Callable[[int], Backbone]] = {
    f"efficientnet_lite{number}": partial(EfficientNetLite, width, depth, _DROPOUT[number])
    for number, (width, depth) in _SCALES.items()
}


def official_names(tensors: dict[str, torch.Tensor], names: Iterable[str]) -> dict[str, torch.Tensor]:
    """Return weights by ``names``, the network's own, where they came by those of the packaged files.

    These call every layer otherwise (https://github.com/lukemelas/EfficientNet-PyTorch) but list them in the same
    order, that in which a picture passes them.
    """
    names = list(names)
    if "_conv_stem.weight" not in tensors or len(tensors) != len(names):
        return tensors
    return dict(zip(names, tensors.values(), strict=True))

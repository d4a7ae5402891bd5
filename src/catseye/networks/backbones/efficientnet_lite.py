"""EfficientNet-Lite: EfficientNet (Tan & Le 2019, arXiv:1905.11946) for small devices.

Against EfficientNet it has relu6 in place of swish, no squeeze-and-excitation, and a stem and top that do not grow
(https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.networks.backbones.backbone import Backbone
from catseye.networks.backbones.blocks import SameConv2d, last_relu6
from catseye.networks.backbones.lite_plan import HEAD, LITES, NORM_EPS, STEM, TOP, plan_stages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from catseye.networks.backbones.backbone import Stages
    from catseye.networks.backbones.lite_plan import Stage

_DROPOUT = (0.2, 0.2, 0.3, 0.3, 0.3)


def _norm(channels: int) -> nn.BatchNorm2d:
    return nn.BatchNorm2d(channels, eps=NORM_EPS)


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


def _blocks(inputs: int, stage: Stage) -> list[_Separable | _InvertedResidual]:
    outputs, kernel = stage.channels, stage.kernel
    if stage.expansion == 1:
        return [_Separable(inputs, outputs, stage.stride, kernel)]
    first = _InvertedResidual(inputs, outputs, stage.expansion, stage.stride, kernel)
    others = range(stage.blocks - 1)
    return [first, *(_InvertedResidual(outputs, outputs, stage.expansion, 1, kernel) for _ in others)]


class EfficientNetLite(Backbone):
    """EfficientNet-Lite with parameters named as timm's ``tf_efficientnet_lite*``."""

    head_name = HEAD

    def __init__(self, name: str, dropout: float, classes: int) -> None:
        super().__init__()
        self.conv_stem, self.bn1 = SameConv2d(3, STEM, 3, 2), _norm(STEM)
        self.act = nn.ReLU6()
        self.blocks = nn.Sequential()
        channels = STEM
        for stage in plan_stages(name):
            self.blocks.append(nn.Sequential(*_blocks(channels, stage)))
            channels = stage.channels
        self.conv_head, self.bn2 = SameConv2d(channels, TOP, 1), _norm(TOP)
        self.avgpool, self.flatten, self.dropout = nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(dropout)
        self.classifier = nn.Linear(TOP, classes)

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
    name: partial(EfficientNetLite, name, dropout) for name, dropout in zip(LITES, _DROPOUT, strict=True)
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

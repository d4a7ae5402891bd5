"""Pieces that several backbones are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.functional import pad

from catseye.networks.windows import Pair, padding_along_axis

if TYPE_CHECKING:
    from catseye.networks.backbones.backbone import Backbone


class SameConv2d(nn.Conv2d):
    """A convolution with TensorFlow's "same" padding.

    The output has ``ceil(input / stride)`` rows and columns. What padding that takes is shared between both sides,
    the odd row or column going to the bottom and the right, where PyTorch would put it on both.
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        kernel: int | Pair,
        stride: int | Pair = 1,
        groups: int = 1,
        *,
        dilation: int | Pair = 1,
        bias: bool = False,
    ) -> None:
        super().__init__(inputs, outputs, kernel, stride, dilation=dilation, groups=groups, bias=bias)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the convolved maps (B, C, ceil(H / stride), ceil(W / stride))."""
        (top, bottom), (left, right) = self.padding_for((maps.shape[-2], maps.shape[-1]))
        return super().forward(pad(maps, (left, right, top, bottom)))

    def padding_for(self, shape: Pair) -> tuple[Pair, Pair]:
        """Return how many rows (top, bottom) and columns (left, right) are added to maps of ``shape`` (H, W)."""
        axes = zip(shape, self.kernel_size, self.stride, self.dilation, strict=True)
        rows, columns = (padding_along_axis(side, kernel, stride, "same", gap) for side, kernel, stride, gap in axes)
        return rows, columns


def last_relu6(network: Backbone) -> dict[str, str]:
    """Return by stage the name of the last relu6 in it, or the stage's own where it ends in that."""
    names: dict[nn.Module, str] = {module: name for name, module in network.named_modules()}
    found = {}
    for stage, layers in network.stages().items():
        end = layers[-1]
        assert isinstance(end, nn.Module)
        closes = end[-1] if isinstance(end, nn.Sequential) else end
        inside = [module for module in end.modules() if isinstance(module, nn.ReLU6)]
        found[stage] = stage if isinstance(closes, nn.ReLU6) else names[inside[-1]]
    return found

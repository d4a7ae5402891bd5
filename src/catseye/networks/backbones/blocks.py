"""Pieces that several backbones are made of."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import pad

from catseye.networks.windows import Pair, padding_along_axis


class SameConv2d(nn.Conv2d):
    """A convolution with TensorFlow's "same" padding.

    The output has ``ceil(input / stride)`` rows and columns. What padding that takes is shared between both sides,
    the odd row or column going to the bottom and the right, where PyTorch would put it on both.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__(inputs, outputs, kernel, stride, groups=groups, bias=False)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the convolved maps (B, C, ceil(H / stride), ceil(W / stride))."""
        (top, bottom), (left, right) = self.padding_for((maps.shape[-2], maps.shape[-1]))
        return super().forward(pad(maps, (left, right, top, bottom)))

    def padding_for(self, shape: Pair) -> tuple[Pair, Pair]:
        """Return how many rows (top, bottom) and columns (left, right) are added to maps of ``shape`` (H, W)."""
        axes = zip(shape, self.kernel_size, self.stride, strict=True)
        rows, columns = (padding_along_axis(side, kernel, stride, "same") for side, kernel, stride in axes)
        return rows, columns


def rounded_channels(channels: float, multiple: int = 8) -> int:
    """Return the nearest multiple of 8 that is at least 90 % of ``channels`` (Howard et al. 2017's code)."""
    nearest = max(multiple, int(channels + multiple / 2) // multiple * multiple)
    return nearest + multiple if nearest < 0.9 * channels else nearest

"""Pieces that several backbones are made of."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import pad


class SameConv2d(nn.Conv2d):
    """A convolution with TensorFlow's "same" padding.

    The output has ``ceil(input / stride)`` rows and columns. What padding that takes is shared between both sides,
    the odd row or column going to the bottom and the right, where PyTorch would put it on both.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__(inputs, outputs, kernel, stride, groups=groups, bias=False)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the convolved maps (B, C, ceil(H / stride), ceil(W / stride))."""
        top, left, bottom, right = self.margins(maps.shape[-2], maps.shape[-1])
        return super().forward(pad(maps, (left, right, top, bottom)))

    def margins(self, height: int, width: int) -> tuple[int, int, int, int]:
        """Return how many rows and columns are added to maps of this size: top, left, bottom, right."""
        rows, columns = (
            max((-(-side // stride) - 1) * stride + kernel - side, 0)
            for side, kernel, stride in zip((height, width), self.kernel_size, self.stride, strict=True)
        )
        return rows // 2, columns // 2, rows - rows // 2, columns - columns // 2


def rounded_channels(channels: float, multiple: int = 8) -> int:
    """Return the nearest multiple of 8 that is at least 90 % of ``channels`` (Howard et al. 2017's code)."""
    nearest = max(multiple, int(channels + multiple / 2) // multiple * multiple)
    return nearest + multiple if nearest < 0.9 * channels else nearest

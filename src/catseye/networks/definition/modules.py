"""Modules for what a text can say and PyTorch has no module for."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, max_pool2d, pad

from catseye.networks.windows import Pair, padding_along_axis


class SameMaxPool2d(nn.MaxPool2d):
    """Max pooling with ``ceil(side / stride)`` positions, as Keras's ``"same"``; padding is never the largest."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the pooled maps (B, C, ceil(H / stride), ceil(W / stride))."""
        kernel, stride = _pair(self.kernel_size), _pair(self.stride)
        return max_pool2d(pad(maps, _around(maps, kernel, stride), value=-torch.inf), kernel, stride)


class SameAvgPool2d(nn.AvgPool2d):
    """Average pooling with ``ceil(side / stride)`` positions; what is padded does not count, as in Keras."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the pooled maps (B, C, ceil(H / stride), ceil(W / stride))."""
        kernel, stride = _pair(self.kernel_size), _pair(self.stride)
        around = _around(maps, kernel, stride)
        counted = avg_pool2d(pad(torch.ones_like(maps[:1, :1]), around), kernel, stride)
        return avg_pool2d(pad(maps, around), kernel, stride) / counted


class ChannelNorm(nn.LayerNorm):
    """Layer normalisation over the channels of each position of maps (B, C, H, W)."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the normalised maps (B, C, H, W)."""
        return super().forward(maps.movedim(1, -1)).movedim(-1, 1)


class Sum(nn.Module):
    """The sum of what two paths make of the same values, as in residual networks (He et al. 2015, arXiv:1512.03385)."""

    def __init__(self, path: nn.Sequential, shortcut: nn.Sequential) -> None:
        super().__init__()
        self.path, self.shortcut = path, shortcut

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return path plus shortcut; an empty shortcut is the input itself."""
        total: torch.Tensor = self.path(values) + self.shortcut(values)
        return total


class Parallel(nn.Module):
    """What several paths make of the same values, channels behind channels (Szegedy et al. 2014, arXiv:1409.4842)."""

    def __init__(self, paths: list[nn.Sequential]) -> None:
        super().__init__()
        self.paths = nn.ModuleList(paths)

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        """Return the outputs of all paths, concatenated along the channels."""
        return torch.cat([path(values) for path in self.paths], 1)


def _around(maps: torch.Tensor, kernel: Pair, stride: Pair) -> tuple[int, int, int, int]:
    """Return what is added left, right, above and below."""
    axes = zip((maps.shape[-2], maps.shape[-1]), kernel, stride, strict=True)
    (top, bottom), (left, right) = (padding_along_axis(*numbers, "same") for numbers in axes)
    return left, right, top, bottom


def _pair(value: int | tuple[int, ...]) -> Pair:
    return (value, value) if isinstance(value, int) else (value[0], value[1])

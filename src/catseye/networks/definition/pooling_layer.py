"""Pooling as it is written: ``pool``, ``pool average 3x3 stride 1``, ``pool global``; and ``upsample``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.networks.definition.convolution_layer import sides_in_words, window_output, window_words
from catseye.networks.definition.shape import check_maps, check_output
from catseye.networks.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from catseye.networks.definition.shape import Shape
    from catseye.networks.windows import Padding, Pair


@dataclass(frozen=True)
class Pool:
    """The largest or the mean value in a window that slides over each map."""

    average: bool = False
    kernel: Pair = (2, 2)
    stride: Pair = (2, 2)
    padding: Padding = "valid"

    def __str__(self) -> str:
        words = ["pool average" if self.average else "pool"]
        if self.kernel != (2, 2):
            words.append(sides_in_words(self.kernel))
        return " ".join([*words, *window_words(self.padding, self.stride, self.kernel)])

    def output(self, shape: Shape) -> Shape:
        """Return the shape behind it; raise `LayerError` if it does not fit."""
        height, width, channels = check_maps(self, shape)
        window = Window(self.kernel, self.stride, (self.padding, self.padding))
        return check_output(self, (*window_output(self, window, (height, width)), channels))

    def modules(self, shape: Shape) -> Iterator[tuple[str, nn.Module]]:
        """Yield the module with the name that is numbered."""
        from torch import nn

        from catseye.networks.definition.modules import SameAvgPool2d, SameMaxPool2d

        del shape
        if self.padding == "same":
            yield "pool", (SameAvgPool2d if self.average else SameMaxPool2d)(self.kernel, self.stride)
        elif self.average:
            yield "pool", nn.AvgPool2d(self.kernel, self.stride)
        else:
            yield "pool", nn.MaxPool2d(self.kernel, self.stride)


@dataclass(frozen=True)
class GlobalPool:
    """The mean, or the largest value, of each whole map: one value a channel, in one row."""

    average: bool = True

    def __str__(self) -> str:
        return "pool global" if self.average else "pool global max"

    def output(self, shape: Shape) -> Shape:
        """Return the shape behind it; raise `LayerError` if it does not fit."""
        return (check_maps(self, shape)[2],)

    def modules(self, shape: Shape) -> Iterator[tuple[str, nn.Module]]:
        """Yield the modules, each with the name that is numbered."""
        from torch import nn

        del shape
        yield "pool", nn.AdaptiveAvgPool2d(1) if self.average else nn.AdaptiveMaxPool2d(1)
        yield "flatten", nn.Flatten()


@dataclass(frozen=True)
class Upsample:
    """Every map enlarged, by repeating its values or by interpolation between them."""

    factor: int = 2
    bilinear: bool = False

    def __str__(self) -> str:
        factor = f" {self.factor}" if self.factor != 2 else ""
        return f"upsample{factor}{' bilinear' if self.bilinear else ''}"

    def output(self, shape: Shape) -> Shape:
        """Return the shape behind it; raise `LayerError` if it does not fit."""
        height, width, channels = check_maps(self, shape)
        return check_output(self, (height * self.factor, width * self.factor, channels))

    def modules(self, shape: Shape) -> Iterator[tuple[str, nn.Module]]:
        """Yield the module with the name that is numbered."""
        from torch import nn

        del shape
        mode = "bilinear" if self.bilinear else "nearest"
        yield "upsample", nn.Upsample(scale_factor=float(self.factor), mode=mode)

"""A convolution as it is written: ``conv 32 5x5 same stride 2``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.errors import UsageError
from catseye.networks.definition.activation import Activation, activation_words
from catseye.networks.definition.shape import LayerError, TooSmallError, check_maps, check_output
from catseye.networks.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from catseye.networks.definition.shape import Shape
    from catseye.networks.windows import Padding, Pair


@dataclass(frozen=True)
class Conv:
    """A convolution with its bias and activation.

    Attributes
    ----------
    filters : int
        Maps that it returns.
    kernel, stride, dilation : (int, int)
        Down and across.
    padding : int, (int, int) or str
        Zeros on each side, or above and below, and left and right; ``"valid"`` for none, ``"same"`` for
        ``ceil(side / stride)`` positions.
    groups : int or None
        Parts into which the channels are divided, each convolved by itself; ``None``: every channel is a group.
    activation : str or None
        ``None``: linear.
    bias : bool
    """

    filters: int
    kernel: Pair = (3, 3)
    padding: Padding | Pair = "valid"
    stride: Pair = (1, 1)
    dilation: Pair = (1, 1)
    groups: int | None = 1
    activation: str | None = "relu"
    bias: bool = True

    def __str__(self) -> str:
        words = [f"conv {self.filters}"]
        if self.kernel != (3, 3):
            words.append(sides_in_words(self.kernel))
        words += window_words(self.padding, self.stride, (1, 1), self.dilation)
        if self.groups != 1:
            words.append(f"groups {self.groups}" if self.groups else "depthwise")
        if not self.bias:
            words.append("no bias")
        return " ".join(words) + activation_words(self.activation)

    def output(self, shape: Shape) -> Shape:
        """Return the shape behind it; raise `LayerError` if it does not fit."""
        height, width, channels = check_maps(self, shape)
        groups = self.groups or channels
        for what, count in (("channels that reach it", channels), ("filters", self.filters)):
            if count % groups:
                raise LayerError(self, f"the {count} {what} cannot be divided into {groups} equal groups.")
        window = Window(self.kernel, self.stride, _each_way(self.padding), self.dilation)
        return check_output(self, (*window_output(self, window, (height, width)), self.filters))

    def margin(self) -> Pair | None:
        """Return the zeros above and below, and left and right; ``None`` where they depend on the size of the maps."""
        reach = [dilation * (kernel - 1) for dilation, kernel in zip(self.dilation, self.kernel, strict=True)]
        if self.padding == "same" and (self.stride != (1, 1) or any(side % 2 for side in reach)):
            return None
        rows, columns = (0, 0) if self.padding == "valid" else _each_way(self.padding)
        return (
            reach[0] // 2 if isinstance(rows, str) else rows,
            reach[1] // 2 if isinstance(columns, str) else columns,
        )

    def modules(self, shape: Shape) -> Iterator[tuple[str, nn.Module]]:
        """Yield the convolution and its activation, each with the name that is numbered."""
        from torch import nn

        from catseye.networks.backbones.blocks import SameConv2d

        margin, given = self.margin(), (shape[-1], self.filters, self.kernel, self.stride)
        groups = self.groups or shape[-1]
        if margin is None:
            yield "conv", SameConv2d(*given, groups, dilation=self.dilation, bias=self.bias)
        else:
            yield "conv", nn.Conv2d(*given, margin, self.dilation, groups, self.bias)
        if self.activation:
            yield from Activation(self.activation).modules(shape)


def sides_in_words(sides: Pair) -> str:
    """Return both sides of a window as they are written: ``"5x3"``."""
    return f"{sides[0]}x{sides[1]}"


def _each_way(padding: Padding | Pair) -> tuple[Padding, Padding]:
    """Return the padding down and across."""
    return padding if isinstance(padding, tuple) else (padding, padding)


def window_words(padding: Padding | Pair, stride: Pair, usual_stride: Pair, dilation: Pair = (1, 1)) -> list[str]:
    """Return the words for how a window moves, but for what is understood."""
    words = []
    if padding == "same":
        words.append("same")
    elif padding not in ("valid", 0):
        words.append(f"padding {sides_in_words(padding) if isinstance(padding, tuple) else padding}")
    for name, sides, usual in (("stride", stride, usual_stride), ("dilation", dilation, (1, 1))):
        if sides != usual:
            words.append(f"{name} {sides[0] if sides[0] == sides[1] else sides_in_words(sides)}")
    return words


def window_output(layer: object, window: Window, size: Pair) -> Pair:
    """Return how many positions a layer's window has; raise `TooSmallError` if it does not fit."""
    try:
        return window.output_size(size)
    except UsageError:
        reach = [d * (k - 1) + 1 for d, k in zip(window.dilation, window.window, strict=True)]
        raise TooSmallError(
            layer,
            f"its window reaches over {reach[0]}×{reach[1]} values, but only {size[0]}×{size[1]} reach it. Write a "
            "smaller window, add same, or leave out a pool or a stride before it.",
        ) from None

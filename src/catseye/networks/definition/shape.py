"""The shape of what passes from layer to layer, and what does not fit it."""

from __future__ import annotations

from typing import Self, TypeAlias

from catseye.errors import UsageError
from catseye.short_repr import counted

Shape: TypeAlias = tuple[int, ...]  # maps (H, W, C), or values in one row (N,)

LARGEST_OUTPUT = 2**28  # values of one layer for one picture, 1 GiB; a mistyped number should not take all memory


class LayerError(UsageError):
    """A layer cannot take what reaches it; the message says which layer, as it is written and where it stands.

    Attributes
    ----------
    place : tuple of int
        Number of the layer, from 1; behind it the number within its brackets, and so on.
    """

    def __init__(self, layer: object, problem: str, place: tuple[int, ...] = ()) -> None:
        where = f"layer {'.'.join(map(str, place))}, " if place else ""
        super().__init__(f"{where}{layer}: {problem}")
        self.layer, self.problem, self.place = layer, problem, place

    def within(self, number: int) -> Self:
        """Return the error of a layer in the brackets with this number, or of that layer itself."""
        return type(self)(self.layer, self.problem, (number, *self.place))


class TooSmallError(LayerError):
    """A layer's window is larger than what reaches it, which larger pictures would mend."""


def shape_in_words(shape: Shape) -> str:
    """Return a shape as it is written: ``"26×26×32"``, or ``"1,152 values"``."""
    return "×".join(map(str, shape)) if len(shape) == 3 else f"{counted(shape[0], 'value')}"


def check_maps(layer: object, shape: Shape) -> tuple[int, int, int]:
    """Return (H, W, C); raise `LayerError` if the values lie in one row."""
    if len(shape) != 3:
        raise LayerError(
            layer, f"needs maps, but {shape_in_words(shape)} in one row reach it; write it before flatten."
        )
    return shape[0], shape[1], shape[2]


def check_output(layer: object, shape: Shape) -> Shape:
    """Return the shape of a layer's output; raise `LayerError` if it would take too much memory."""
    values = 1
    for side in shape:
        values *= side
    if values > LARGEST_OUTPUT:
        raise LayerError(layer, f"its output, {shape_in_words(shape)}, would have over {LARGEST_OUTPUT:,} values.")
    return shape

"""Antialiased resizing in a graph: two matrix products, with matrices computed from the picture's sides.

Runtimes have their own resizing operations, but no two of them give the same pixels, and some silently ignore
antialiasing. Matrix products are the same everywhere. The weights are the integers of :mod:`catseye.images.resizing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from catseye.export.operations import SINGLE
from catseye.images.resizing import CUBIC, MOST_PRECISION, WEIGHT_LIMIT

if TYPE_CHECKING:
    from catseye.export.operations import Node, Operations

_PART = 256  # divisor that splits a weight into a high and a low part
_REACH = {"bilinear": 1, "bicubic": 2}


def resize_maps(
    ops: Operations, maps: Node, sides: tuple[Node, Node], resized: tuple[int, int], interpolation: str
) -> Node:
    """Resize maps float32 (N, C, H, W) of integers to (N, C, *resized), rounded like ``images.resizing``.

    ``sides`` are H and W, int64 (1,).
    """
    across = _weights(ops, sides[1], resized[1], interpolation)
    maps = across.round(ops, ops.matmul(maps, across.high), ops.matmul(maps, across.low))
    down = _weights(ops, sides[0], resized[0], interpolation)
    high, low = (ops.matmul(ops.transpose(part, (1, 0)), maps) for part in (down.high, down.low))
    return down.round(ops, high, low)


class _Weights(NamedTuple):
    """The weight of each value of a row in each value of the resized row: ``(256 high + low) · unit / 256``.

    In single precision, sums of up to 258 products with either part are exact; those with whole weights are not.

    Attributes
    ----------
    high, low : float32 (size, resized)
        Integers; ``low`` from 0 to 255.
    unit : float32 (1, 1)
        A power of two.
    """

    high: Node
    low: Node
    unit: Node

    def round(self, ops: Operations, high: Node, low: Node) -> Node:
        """Combine the sums of products with the two parts, rounded to integers from 0 to 255."""
        carried = ops.apply("Floor", ops.apply("Mul", low, ops.constant(1 / _PART, SINGLE)))
        total = ops.apply("Mul", ops.apply("Add", high, carried), self.unit)
        half, black, white = (ops.constant(value, SINGLE) for value in (0.5, 0.0, 255.0))
        rounded = ops.apply("Floor", ops.apply("Add", total, half))
        return ops.apply("Min", ops.apply("Max", rounded, black), white)


def _weights(ops: Operations, size: Node, resized: int, interpolation: str) -> _Weights:
    """Return the weights for rows of ``size`` values; those of a row that keeps its length are 0 and 1."""
    positive = ops.apply("Max", size, ops.constant([resized]))
    twice = ops.cast(ops.apply("Mul", positive, ops.constant([2])), ops.exact)
    distance = ops.cast(_distances(ops, size, resized, positive, interpolation), ops.exact)
    kernel = _bilinear(ops, distance, twice) if interpolation == "bilinear" else _bicubic(ops, distance, twice)
    normalised = ops.apply("Div", kernel, ops.reduce("Sum", kernel, 0))
    return _quantise(ops, normalised)


def _distances(ops: Operations, size: Node, resized: int, larger: Node, interpolation: str) -> Node:
    """Return distances (size, resized) of pixels from the centres of the resized ones, times 2 × the larger side.

    They are integers, exact in single precision, limited to the reach of the kernel.
    """
    places = ops.reshape(ops.places(size), (-1, 1))
    odd = ops.apply("Add", ops.apply("Mul", places, ops.constant([2])), ops.constant([1]))
    pixels = ops.apply("Mul", odd, ops.constant([resized]))
    centres = ops.apply("Mul", ops.constant([list(range(1, 2 * resized, 2))]), size)
    distance = ops.apply("Abs", ops.apply("Sub", pixels, centres))
    return ops.apply("Min", distance, ops.apply("Mul", larger, ops.constant([2 * _REACH[interpolation]])))


def _bilinear(ops: Operations, distance: Node, unit: Node) -> Node:
    """Return the kernel times ``unit``, which makes it integer; normalisation cancels it."""
    return ops.apply("Max", ops.apply("Sub", unit, distance), _number(ops, 0))


def _bicubic(ops: Operations, distance: Node, unit: Node) -> Node:
    """Return the kernel in factored form, which loses less in single precision than sums of powers.

    With x the distance and a = `CUBIC`: (1 - x) (1 + x - (a + 2) x²) below 1, a (x - 1) (2 - x)² from there to 2.
    """
    x = ops.apply("Div", distance, unit)
    below = ops.apply("Div", ops.apply("Sub", unit, distance), unit)  # 1 - x
    left = ops.apply("Div", ops.apply("Sub", ops.apply("Add", unit, unit), distance), unit)  # 2 - x
    curve = ops.apply("Sub", _number(ops, 1), ops.apply("Mul", x, _number(ops, CUBIC + 2)))
    near = ops.apply("Mul", below, ops.apply("Add", ops.apply("Mul", curve, x), _number(ops, 1)))
    far = ops.apply("Mul", ops.apply("Mul", below, _number(ops, -CUBIC)), ops.apply("Mul", left, left))
    return ops.apply("Where", ops.apply("Less", x, _number(ops, 1)), near, far)


def _quantise(ops: Operations, weights: Node) -> _Weights:
    """Return weights as integers, scaled by the highest power of two that keeps the largest below `WEIGHT_LIMIT`."""
    largest = ops.reduce("Max", ops.reduce("Max", weights, 0), 1)
    powers = 2.0 ** np.arange(1, MOST_PRECISION + 1)
    scaled = ops.apply("Mul", largest, ops.constant([list(powers)], ops.exact))
    fits = ops.apply("Less", scaled, _number(ops, WEIGHT_LIMIT - 0.5))
    # 1 + (1 + 2 + 4 + …) is the highest power that fits.
    below = ops.apply("Mul", ops.cast(fits, ops.exact), ops.constant([list(powers / 2)], ops.exact))
    unit = ops.apply("Add", ops.reduce("Sum", below, 1), _number(ops, 1))
    rounded = ops.apply("Floor", ops.apply("Add", ops.apply("Mul", ops.apply("Abs", weights), unit), _number(ops, 0.5)))
    whole = ops.apply("Mul", ops.apply("Sign", weights), rounded)
    high = ops.apply("Floor", ops.apply("Mul", whole, _number(ops, 1 / _PART)))
    low = ops.apply("Sub", whole, ops.apply("Mul", high, _number(ops, _PART)))
    scale = ops.apply("Div", _number(ops, _PART), unit)
    return _Weights(*(ops.cast(part, SINGLE) for part in (high, low, scale)))


def _number(ops: Operations, value: float) -> Node:
    return ops.constant(value, ops.exact)

"""The crop of :class:`~catseye.images.preprocess.Preprocess` in a graph, for pictures of any size."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from catseye.export.operations import Node, Operations
    from catseye.images.preprocess import Preprocess


class Crop(NamedTuple):
    """The first row or column of a crop, and their number, int64 (1,) each."""

    start: Node
    count: Node


def find_crop(ops: Operations, preprocess: Preprocess, height: Node, width: Node) -> tuple[Crop, Crop]:
    """Return the rows and columns that are cut out of a picture, given its sides, int64 (1,).

    Sides are computed in integers, as in ``Preprocess``, so that every runtime rounds alike. Common factors are
    cancelled, because some runtimes compute in 32 bits.
    """
    common = gcd(preprocess.height, preprocess.width)
    tall, wide = preprocess.height // common, preprocess.width // common
    limit = ops.apply("Min", _multiply(ops, height, wide), _multiply(ops, width, tall))
    is_sized = ops.apply(
        "And",
        ops.apply("Equal", height, ops.constant([preprocess.height])),
        ops.apply("Equal", width, ops.constant([preprocess.width])),
    )
    return (
        _crop(ops, preprocess, limit, wide, height, is_sized),
        _crop(ops, preprocess, limit, tall, width, is_sized),
    )


def _crop(ops: Operations, preprocess: Preprocess, limit: Node, divisor: int, side: Node, is_sized: Node) -> Crop:
    share = preprocess.share / divisor
    rounded = _round(ops, _multiply(ops, limit, share.numerator), share.denominator)
    count = ops.apply("Min", side, ops.apply("Max", rounded, ops.constant([1])))
    count = ops.apply("Where", is_sized, side, count)
    margin = ops.apply("Sub", side, count)
    return Crop(ops.apply("Div", margin, ops.constant([2])), count)


def _round(ops: Operations, numerator: Node, denominator: int) -> Node:
    """Return a positive fraction rounded to the nearest integer, ties to even."""
    divisor = ops.constant([denominator])
    quotient = ops.apply("Div", numerator, divisor)
    twice = _multiply(ops, ops.apply("Sub", numerator, ops.apply("Mul", quotient, divisor)), 2)
    half = _multiply(ops, ops.apply("Div", quotient, ops.constant([2])), 2)
    # An odd quotient is rounded up from one half on, an even one only above it: hence the extra 1 for odd ones.
    odd = ops.apply("Sub", quotient, half)
    up = ops.apply("Less", divisor, ops.apply("Add", twice, odd))
    return ops.apply("Add", quotient, ops.cast(up, "int64"))


def _multiply(ops: Operations, node: Node, factor: int) -> Node:
    return node if factor == 1 else ops.apply("Mul", node, ops.constant([factor]))

"""OpenVINO's operations, under the names that :class:`~catseye.export.operations.Operations` gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from openvino import opset15 as ops

from catseye.export.operations import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from catseye.export.operations import Node

_KINDS = {"float32": "f32", "int64": "i64", "int32": "i32"}


class OpenVinoOperations:
    """Makes OpenVINO nodes; on CPUs, OpenVINO computes double precision in single."""

    exact = "float32"

    def constant(self, values: Any, kind: str = WHOLE) -> Node:
        """Return a constant."""
        return ops.constant(np.array(values, kind))

    def stored(self, values: npt.NDArray[Any]) -> Node:
        """Return an array as a constant of its own type."""
        return ops.constant(np.ascontiguousarray(values))

    def apply(self, name: str, *nodes: Node) -> Node:
        """Apply an elementwise operation, by its name in ONNX."""
        return _ELEMENTWISE[name](*nodes)

    def cast(self, node: Node, kind: str) -> Node:
        """Return values converted to another type."""
        return ops.convert(node, _KINDS[kind])

    def size(self, node: Node, axis: int) -> Node:
        """Return the length of an axis, int64 (1,)."""
        return ops.gather(ops.shape_of(node, "i64"), ops.constant(np.array([axis])), ops.constant(np.array(0)))

    def places(self, count: Node) -> Node:
        """Return 0, 1, 2, … int64 (count,) for a count (1,)."""
        end = ops.squeeze(count, ops.constant(np.array([0])))
        return ops.range(ops.constant(np.array(0)), end, ops.constant(np.array(1)), "i64")

    def cut(self, node: Node, axis: int, start: Node, count: Node) -> Node:
        """Return ``count`` (1,) values of an axis from ``start`` (1,)."""
        step, axes = ops.constant(np.array([1])), ops.constant(np.array([axis]))
        return ops.slice(node, start, ops.add(start, count), step, axes)

    def transpose(self, node: Node, order: Sequence[int]) -> Node:
        """Return values with their axes in another order."""
        return ops.transpose(node, np.array(order))

    def reshape(self, node: Node, shape: Sequence[int]) -> Node:
        """Return values in another shape; one side may be -1, and 0 keeps a side."""
        return ops.reshape(node, np.array(shape), special_zero=True)

    def matmul(self, left: Node, right: Node) -> Node:
        """Return the matrix product."""
        return ops.matmul(left, right, False, False)

    def reduce(self, name: str, node: Node, axis: int) -> Node:
        """Return ``"Sum"``, ``"Max"`` or ``"Min"`` along an axis, which is kept with length 1."""
        return _REDUCTIONS[name](node, np.array([axis]), keep_dims=True)

    def softmax(self, node: Node) -> Node:
        """Return softmax along the last axis."""
        return ops.softmax(node, -1)


_ELEMENTWISE: dict[str, Callable[..., Node]] = {
    "Abs": ops.abs,
    "Add": ops.add,
    "And": ops.logical_and,
    "Div": ops.divide,
    "Equal": ops.equal,
    "Floor": ops.floor,
    "Less": ops.less,
    "Log": ops.log,
    "Max": ops.maximum,
    "Min": ops.minimum,
    "Mul": ops.multiply,
    "Sign": ops.sign,
    "Sqrt": ops.sqrt,
    "Sub": ops.subtract,
    "Where": ops.select,
}
_REDUCTIONS: dict[str, Callable[..., Node]] = {"Sum": ops.reduce_sum, "Max": ops.reduce_max, "Min": ops.reduce_min}

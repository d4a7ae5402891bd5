"""The basic operations of a runtime's graph: all that preprocessing and scores need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

Node = Any  # a runtime's own type for a value that the graph computes

SINGLE, WHOLE = "float32", "int64"  # types of numbers


class Operations(Protocol):
    """Writes a graph for one runtime.

    Attributes
    ----------
    exact : str
        The runtime's most precise floating-point type.
    """

    exact: str

    def constant(self, values: Any, kind: str = WHOLE) -> Node:
        """Return a constant."""

    def stored(self, values: npt.NDArray[Any]) -> Node:
        """Return an array as a constant of its own type."""

    def apply(self, name: str, *nodes: Node) -> Node:
        """Apply an elementwise operation, by its name in ONNX, such as ``"Add"``."""

    def cast(self, node: Node, kind: str) -> Node:
        """Return values converted to another type."""

    def size(self, node: Node, axis: int) -> Node:
        """Return the length of an axis, int64 (1,)."""

    def places(self, count: Node) -> Node:
        """Return 0, 1, 2, … int64 (count,) for a count (1,)."""

    def cut(self, node: Node, axis: int, start: Node, count: Node) -> Node:
        """Return ``count`` (1,) values of an axis from ``start`` (1,)."""

    def transpose(self, node: Node, order: Sequence[int]) -> Node:
        """Return values with their axes in another order."""

    def reshape(self, node: Node, shape: Sequence[int]) -> Node:
        """Return values in another shape; one side may be -1, and 0 keeps a side."""

    def matmul(self, left: Node, right: Node) -> Node:
        """Return the matrix product."""

    def reduce(self, name: str, node: Node, axis: int) -> Node:
        """Return ``"Sum"``, ``"Max"`` or ``"Min"`` along an axis, which is kept with length 1."""

    def softmax(self, node: Node) -> Node:
        """Return softmax along the last axis."""

"""The basic operations that a runtime's graph is written with: all that preprocessing and scores need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

Node = Any  # a runtime's own, a value that the graph will compute

SINGLE, WHOLE = "float32", "int64"  # kinds of numbers


class Operations(Protocol):
    """What writes a graph for one runtime.

    Attributes
    ----------
    exact : str
        The runtime's most exact kind of floating-point numbers.
    """

    exact: str

    def constant(self, values: Any, kind: str = WHOLE) -> Node:
        """Return numbers that are known now."""

    def stored(self, values: npt.NDArray[Any]) -> Node:
        """Return an array as it is, in its own kind of numbers."""

    def apply(self, name: str, *nodes: Node) -> Node:
        """Return an elementwise operation, called by its name in ONNX, such as ``"Add"``."""

    def cast(self, node: Node, kind: str) -> Node:
        """Return values in another kind of numbers."""

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
        """Return products of matrices."""

    def reduce(self, name: str, node: Node, axis: int) -> Node:
        """Return ``"Sum"``, ``"Max"`` or ``"Min"`` along an axis, which stays with length 1."""

    def softmax(self, node: Node) -> Node:
        """Return softmax along the last axis."""

"""PyTorch's operations, under the names that :class:`~catseye.export.operations.Operations` gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from catseye.export.operations import WHOLE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt


class TorchOperations:
    """Computes eagerly, with tensors as nodes: for modules, in which sizes are numbers during export."""

    exact = "float64"

    def constant(self, values: Any, kind: str = WHOLE) -> torch.Tensor:
        """Return a constant."""
        return torch.tensor(values, dtype=getattr(torch, kind))

    def stored(self, values: npt.NDArray[Any]) -> torch.Tensor:
        """Return an array as a constant of its own type."""
        return torch.from_numpy(values.copy())

    def apply(self, name: str, *nodes: torch.Tensor) -> torch.Tensor:
        """Apply an elementwise operation, by its name in ONNX."""
        return _ELEMENTWISE[name](*nodes)

    def cast(self, node: torch.Tensor, kind: str) -> torch.Tensor:
        """Return values converted to another type."""
        return node.to(getattr(torch, kind))

    def size(self, node: torch.Tensor, axis: int) -> torch.Tensor:
        """Return the length of an axis, int64 (1,)."""
        return torch.tensor([node.shape[axis]])

    def places(self, count: torch.Tensor) -> torch.Tensor:
        """Return 0, 1, 2, … int64 (count,) for a count (1,)."""
        return torch.arange(int(count))

    def cut(self, node: torch.Tensor, axis: int, start: torch.Tensor, count: torch.Tensor) -> torch.Tensor:
        """Return ``count`` (1,) values of an axis from ``start`` (1,)."""
        return node.narrow(axis, int(start), int(count))

    def transpose(self, node: torch.Tensor, order: Sequence[int]) -> torch.Tensor:
        """Return values with their axes in another order."""
        return node.permute(tuple(order))

    def reshape(self, node: torch.Tensor, shape: Sequence[int]) -> torch.Tensor:
        """Return values in another shape; one side may be -1, and 0 keeps a side."""
        return node.reshape([node.shape[axis] if side == 0 else side for axis, side in enumerate(shape)])

    def matmul(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        """Return the matrix product."""
        return left @ right

    def reduce(self, name: str, node: torch.Tensor, axis: int) -> torch.Tensor:
        """Return ``"Sum"``, ``"Max"`` or ``"Min"`` along an axis, which is kept with length 1."""
        return _REDUCTIONS[name](node, dim=axis, keepdim=True)

    def softmax(self, node: torch.Tensor) -> torch.Tensor:
        """Return softmax along the last axis."""
        return node.softmax(-1)


_ELEMENTWISE: dict[str, Callable[..., torch.Tensor]] = {
    "Abs": torch.abs,
    "Add": torch.add,
    "And": torch.logical_and,
    "Div": lambda one, other: torch.div(one, other, rounding_mode=None if one.is_floating_point() else "trunc"),
    "Equal": torch.eq,
    "Floor": torch.floor,
    "Less": torch.lt,
    "Log": torch.log,
    "Max": torch.maximum,
    "Min": torch.minimum,
    "Mul": torch.mul,
    "Sign": torch.sign,
    "Sqrt": torch.sqrt,
    "Sub": torch.sub,
    "Where": torch.where,
}
_REDUCTIONS: dict[str, Callable[..., torch.Tensor]] = {"Sum": torch.sum, "Max": torch.amax, "Min": torch.amin}

"""The layer that a call of a function or a method stands for, in a network that does not hold it as a module."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import fx

_ACTIVATIONS: dict[object, Callable[[], nn.Module]] = {
    functional.relu: nn.ReLU,
    functional.relu_: nn.ReLU,
    torch.relu: nn.ReLU,
    torch.relu_: nn.ReLU,
    "relu": nn.ReLU,
    "relu_": nn.ReLU,
    functional.relu6: nn.ReLU6,
    functional.leaky_relu: nn.LeakyReLU,
    functional.elu: nn.ELU,
    functional.selu: nn.SELU,
    functional.gelu: nn.GELU,
    functional.silu: nn.SiLU,
    functional.mish: nn.Mish,
    functional.hardswish: nn.Hardswish,
    functional.softplus: nn.Softplus,
    functional.tanh: nn.Tanh,
    torch.tanh: nn.Tanh,
    "tanh": nn.Tanh,
    functional.sigmoid: nn.Sigmoid,
    torch.sigmoid: nn.Sigmoid,
    "sigmoid": nn.Sigmoid,
    functional.dropout: nn.Dropout,
}
_WINDOWS: dict[object, Callable[..., nn.Module]] = {
    functional.max_pool2d: nn.MaxPool2d,
    torch.max_pool2d: nn.MaxPool2d,
    functional.avg_pool2d: nn.AvgPool2d,
    functional.adaptive_avg_pool2d: nn.AdaptiveAvgPool2d,
    functional.adaptive_max_pool2d: nn.AdaptiveMaxPool2d,
}
_SHAPES = frozenset({torch.flatten, torch.reshape, "flatten", "view", "reshape"})
_MEANS = frozenset({torch.mean, "mean"})
_MOVES = frozenset(
    {
        *(torch.permute, torch.transpose, torch.swapaxes, torch.swapdims, torch.movedim, torch.moveaxis),
        *("permute", "transpose", "swapaxes", "swapdims", "movedim", "moveaxis"),
    }
)
_MAXIMA = frozenset({torch.amax, "amax"})
# What leaves every value at its position: arithmetic, and copies.
_IN_PLACE = frozenset(
    {
        *(operator.mul, operator.imul, operator.sub, operator.isub, operator.truediv, operator.neg, operator.pow),
        *(torch.mul, torch.sub, torch.div, torch.abs, torch.exp, torch.sqrt, torch.square, torch.clamp),
        *("mul", "mul_", "sub", "sub_", "div", "div_", "abs", "exp", "sqrt", "square", "clamp", "clamp_", "neg"),
        *("contiguous", "clone", "detach", "to", "float", "half", "double", "type_as", "expand_as"),
    }
)
SUMS = frozenset({operator.add, operator.iadd, torch.add, "add", "add_"})
PRODUCTS = frozenset({operator.mul, operator.imul, torch.mul, torch.multiply, "mul", "mul_", "multiply", "multiply_"})
MATRIX_PRODUCTS = frozenset(
    {
        *(
            operator.matmul,
            torch.matmul,
            torch.mm,
            torch.bmm,
            torch.addmm,
            torch.baddbmm,
            torch.einsum,
            torch.tensordot,
        ),
        *(functional.linear, functional.bilinear, functional.scaled_dot_product_attention),
        *(functional.conv1d, functional.conv2d, functional.conv3d, functional.conv_transpose2d),
        *("matmul", "__matmul__", "mm", "bmm", "addmm", "baddbmm"),
    }
)  # work that belongs to no layer
CONCATENATIONS = frozenset({torch.cat, torch.concat, torch.concatenate})


def read_call(node: fx.Node, received: object, returned: object, axis: int = 1) -> nn.Module | None:
    """Return a module that does what the function or method of a node does, or ``None`` if it is no layer.

    Parameters
    ----------
    node
    received, returned
        The value of its first argument, and its result; their shapes tell a flatten from another change of shape.
    axis
        Of the channels, in maps that it receives.
    """
    if node.target in _ACTIVATIONS:
        return _ACTIVATIONS[node.target]()
    if node.target in _WINDOWS:
        return _WINDOWS[node.target](*node.args[1:], **_without(node.kwargs, "inplace"))
    if not isinstance(received, torch.Tensor) or not isinstance(returned, torch.Tensor):
        return None
    if (received.dim(), returned.dim()) == (4, 2) and node.target in _SHAPES:
        return nn.Flatten()
    if received.dim() == 4 and returned.numel() == received.shape[0] * received.shape[axis]:
        if node.target in _MEANS:
            return nn.AdaptiveAvgPool2d(1)
        if node.target in _MAXIMA:
            return nn.AdaptiveMaxPool2d(1)
    if received.dim() == 3 and node.target in _MEANS and _dimension(node) in (1, -2):
        return nn.AdaptiveAvgPool1d(1)  # over the positions of a sequence (B, T, D)
    return None


def is_move(node: fx.Node) -> bool:
    """Say whether the node permutes axes."""
    return node.op in ("call_function", "call_method") and node.target in _MOVES


def moved_axis(node: fx.Node, axis: int) -> int:
    """Return where an axis of maps is behind a node: elsewhere where it permutes the axes."""
    if not is_move(node):
        return axis
    tiny = torch.empty([2 if number == axis else 1 for number in range(4)], device="meta")
    target: Any = getattr(torch.Tensor, node.target) if isinstance(node.target, str) else node.target
    return list(target(tiny, *node.args[1:], **_without(node.kwargs, "input")).shape).index(2)


def is_elementwise(node: fx.Node) -> bool:
    """Say whether the node's function changes every value by itself: an activation, or dropout."""
    return node.target in _ACTIVATIONS


def keeps_positions(node: fx.Node) -> bool:
    """Say whether the node leaves every value at its position, as arithmetic does and a transpose does not."""
    return node.op not in ("call_function", "call_method") or node.target in _IN_PLACE or is_elementwise(node)


def _dimension(node: fx.Node) -> object:
    """Return the one dimension that a call names, or ``None`` if it names none or several."""
    given = node.kwargs.get("dim", node.args[1] if len(node.args) > 1 else None)
    return given[0] if isinstance(given, tuple | list) and len(given) == 1 else given


def _without(keywords: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in keywords.items() if name not in names}

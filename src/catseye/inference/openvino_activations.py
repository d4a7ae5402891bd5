"""Activations as OpenVINO's nodes, by the names that texts use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from openvino import opset15 as ops

from catseye.inference.openvino_nodes import relu6

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.inference.openvino_nodes import Node

_SLOPE = 0.01  # of leaky relu below zero
_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805  # Klambauer et al. 2017, arXiv:1706.02515

_NODES: dict[str, Callable[[Node, float], Node]] = {
    "relu": lambda values, _: ops.relu(values),
    "relu6": lambda values, _: relu6(values),
    "leaky relu": lambda values, slope: ops.prelu(values, np.array([slope], np.float32)),
    "elu": lambda values, _: ops.elu(values, 1.0),
    "selu": lambda values, _: ops.selu(values, np.float32(_SELU_ALPHA), np.float32(_SELU_SCALE)),
    "gelu": lambda values, _: ops.gelu(values, "erf"),
    "silu": lambda values, _: ops.swish(values),
    "mish": lambda values, _: ops.mish(values),
    "tanh": lambda values, _: ops.tanh(values),
    "sigmoid": lambda values, _: ops.sigmoid(values),
    "softplus": lambda values, _: ops.softplus(values),
    "hard swish": lambda values, _: ops.hswish(values),
}


def activate(values: Node, kind: str, slope: float = _SLOPE) -> Node:
    """Return an activation of values; ``kind`` is one of ``ACTIVATIONS``, and only leaky relu has a slope."""
    return _NODES[kind](values, slope)

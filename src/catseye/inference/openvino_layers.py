"""The layers of networks as nodes of OpenVINO's graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from openvino import opset15 as ops
from torch import nn

from catseye.inference.openvino_nodes import (
    EXPLICIT,
    SAME,
    a_channel,
    batch_norm,
    convolution,
    dense,
    flat,
    mean_over_places,
    relu6,
    scale_and_shift,
)
from catseye.networks.backbones.blocks import SameConv2d
from catseye.networks.definition.modules import ChannelNorm, SameAvgPool2d, SameMaxPool2d

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from catseye.arrays import Floats
    from catseye.inference.openvino_nodes import Array, Node
    from catseye.networks.windows import Pair

_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805  # Klambauer et al. 2017, arXiv:1706.02515


def find_translation(kind: type[nn.Module]) -> Callable[[Any, Node], Node] | None:
    """Return the function ``(layer, node) -> node`` for layers of a kind; ``None`` if there is none."""
    return next((_LAYERS[each] for each in kind.__mro__ if each in _LAYERS), None)


def _array(weight: torch.Tensor) -> Array:
    """Return weights as an array, which shares their memory."""
    values: Array = weight.detach().numpy()
    return values


def _pair(value: Any) -> list[int]:
    return list(value) if isinstance(value, tuple) else [value, value]


def _pairs(layer: nn.Conv2d) -> tuple[Pair, Pair, Pair]:
    """Return the stride, the margin and the dilation."""
    stride, margin, dilation = (_pair(value) for value in (layer.stride, layer.padding, layer.dilation))
    return (stride[0], stride[1]), (margin[0], margin[1]), (dilation[0], dilation[1])


def _conv(layer: nn.Conv2d, maps: Node) -> Node:
    pad = SAME if isinstance(layer, SameConv2d) else EXPLICIT
    result = convolution(maps, _array(layer.weight), layer.groups, *_pairs(layer), pad)
    return result if layer.bias is None else ops.add(result, a_channel(_array(layer.bias), 4))


def _batch_norm(layer: nn.BatchNorm1d | nn.BatchNorm2d, maps: Node) -> Node:
    assert layer.running_mean is not None
    assert layer.running_var is not None
    numbers = [_array(values) for values in (layer.weight, layer.bias, layer.running_mean, layer.running_var)]
    return batch_norm(maps, numbers, layer.eps, 4 if isinstance(layer, nn.BatchNorm2d) else 2)


def _layer_norm(layer: nn.LayerNorm, values: Node) -> Node:
    dimensions = 4 if isinstance(layer, ChannelNorm) else 2
    normalised = ops.mvn(values, np.array([1]), True, layer.eps, "inside_sqrt")
    return scale_and_shift(normalised, _array(layer.weight), _array(layer.bias), dimensions)


def _max_pool(layer: nn.MaxPool2d, maps: Node) -> Node:
    margin, dilation = _pair(layer.padding), _pair(layer.dilation)
    pad = SAME if isinstance(layer, SameMaxPool2d) else EXPLICIT
    where = _pair(layer.stride), dilation, margin, margin, _pair(layer.kernel_size)
    return ops.max_pool(maps, *where, auto_pad=pad).output(0)


def _average_pool(layer: nn.AvgPool2d, maps: Node) -> Node:
    margin, same = _pair(layer.padding), isinstance(layer, SameAvgPool2d)
    exclude = same or not layer.count_include_pad
    where = _pair(layer.stride), margin, margin, _pair(layer.kernel_size)
    return ops.avg_pool(maps, *where, exclude, auto_pad=SAME if same else EXPLICIT)


def _mean_pool(layer: nn.AdaptiveAvgPool2d, maps: Node) -> Node:
    size = _pair(layer.output_size)
    if size == [1, 1]:
        return mean_over_places(maps)
    return ops.adaptive_avg_pool(maps, np.array(size))


def _global_max_pool(layer: nn.AdaptiveMaxPool2d, maps: Node) -> Node:
    assert layer.output_size == 1
    return ops.reduce_max(maps, np.array([2, 3]), keep_dims=True)


def _dense(layer: nn.Linear, values: Node) -> Node:
    return dense(values, _array(layer.weight), None if layer.bias is None else _array(layer.bias))


def _upsample(layer: nn.Upsample, maps: Node) -> Node:
    scales: Floats = np.array([layer.scale_factor] * 2, np.float32)
    where = {"axes": np.array([2, 3]), "coordinate_transformation_mode": "half_pixel"}
    if layer.mode == "bilinear":
        return ops.interpolate(maps, scales, "linear_onnx", "scales", **where)
    return ops.interpolate(maps, scales, "nearest", "scales", nearest_mode="round_prefer_floor", **where)


def _unchanged(layer: nn.Module, values: Node) -> Node:
    """Return the values: the layer is of no effect but in training."""
    del layer
    return values


_LAYERS: dict[type, Callable[[Any, Node], Node]] = {
    nn.Conv2d: _conv,
    nn.Linear: _dense,
    nn.BatchNorm1d: _batch_norm,
    nn.BatchNorm2d: _batch_norm,
    nn.LayerNorm: _layer_norm,
    nn.MaxPool2d: _max_pool,
    nn.AvgPool2d: _average_pool,
    nn.AdaptiveAvgPool2d: _mean_pool,
    nn.AdaptiveMaxPool2d: _global_max_pool,
    nn.Flatten: lambda _, maps: flat(maps),
    nn.Upsample: _upsample,
    nn.Dropout: _unchanged,
    nn.ReLU: lambda _, values: ops.relu(values),
    nn.ReLU6: lambda _, values: relu6(values),
    nn.LeakyReLU: lambda layer, values: ops.prelu(values, np.array([layer.negative_slope], np.float32)),
    nn.ELU: lambda layer, values: ops.elu(values, layer.alpha),
    nn.SELU: lambda _, values: ops.selu(values, np.float32(_SELU_ALPHA), np.float32(_SELU_SCALE)),
    nn.GELU: lambda layer, values: ops.gelu(values, "tanh" if layer.approximate == "tanh" else "erf"),
    nn.SiLU: lambda _, values: ops.swish(values),
    nn.Mish: lambda _, values: ops.mish(values),
    nn.Tanh: lambda _, values: ops.tanh(values),
    nn.Sigmoid: lambda _, values: ops.sigmoid(values),
    nn.Softplus: lambda _, values: ops.softplus(values),
    nn.Hardswish: lambda _, values: ops.hswish(values),
}

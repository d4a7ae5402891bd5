"""The layers of networks as nodes of OpenVINO's graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from openvino import opset15 as ops
from torch import nn

from catseye.inference.openvino_activations import activate
from catseye.inference.openvino_nodes import (
    EXPLICIT,
    SAME,
    a_channel,
    batch_norm,
    constant,
    convolution,
    dense,
    flat,
    layer_norm,
    max_over_places,
    mean_over_places,
    upsample,
)
from catseye.networks.backbones.blocks import SameConv2d
from catseye.networks.definition.activation_modules import ACTIVATION_NAMES
from catseye.networks.definition.modules import ChannelNorm, SameAvgPool2d, SameMaxPool2d
from catseye.networks.translation import find_by_kind

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from catseye.inference.openvino_nodes import Array, Node
    from catseye.networks.windows import Pair


_ROUNDING = {False: "floor", True: "ceil_torch"}  # by whether a last, incomplete window counts


def find_translation(layer: nn.Module) -> Callable[[Any, Node], Node] | None:
    """Return the function ``(layer, node) -> node`` for a layer; ``None`` if there is none."""
    return find_by_kind(_LAYERS, layer)


def _array(weight: torch.Tensor) -> Array:
    """Return weights as an array, which shares their memory."""
    values: Array = weight.detach().numpy()
    return values


def _pair(value: Any) -> list[int]:
    return list(value) if isinstance(value, tuple) else [value, value]


def _pairs(layer: nn.Conv2d) -> tuple[Pair, Pair, Pair]:
    """Return the stride, the margin and the dilation."""
    padding = 0 if isinstance(layer.padding, str) else layer.padding
    stride, margin, dilation = (_pair(value) for value in (layer.stride, padding, layer.dilation))
    return (stride[0], stride[1]), (margin[0], margin[1]), (dilation[0], dilation[1])


def _conv(layer: nn.Conv2d, maps: Node) -> Node:
    pad = SAME if isinstance(layer, SameConv2d) or layer.padding == "same" else EXPLICIT
    result = convolution(maps, _array(layer.weight), layer.groups, *_pairs(layer), pad)
    return result if layer.bias is None else ops.add(result, a_channel(_array(layer.bias), 4))


def _batch_norm(layer: nn.BatchNorm1d | nn.BatchNorm2d, maps: Node) -> Node:
    assert layer.running_mean is not None
    assert layer.running_var is not None
    numbers = [_array(values) for values in (layer.weight, layer.bias, layer.running_mean, layer.running_var)]
    return batch_norm(maps, numbers, layer.eps, 4 if isinstance(layer, nn.BatchNorm2d) else 2)


def _layer_norm(layer: nn.LayerNorm, values: Node) -> Node:
    weight, bias = _array(layer.weight), _array(layer.bias)
    if isinstance(layer, ChannelNorm):
        return layer_norm(values, weight, bias, layer.eps, 4)
    scaled = ops.multiply(ops.mvn(values, np.array([-1]), True, layer.eps, "inside_sqrt"), constant(weight))
    return ops.add(scaled, constant(bias))


def _max_pool(layer: nn.MaxPool2d, maps: Node) -> Node:
    margin, dilation = _pair(layer.padding), _pair(layer.dilation)
    pad = SAME if isinstance(layer, SameMaxPool2d) else EXPLICIT
    where = _pair(layer.stride), dilation, margin, margin, _pair(layer.kernel_size)
    return ops.max_pool(maps, *where, _ROUNDING[layer.ceil_mode], auto_pad=pad).output(0)


def _average_pool(layer: nn.AvgPool2d, maps: Node) -> Node:
    margin, same = _pair(layer.padding), isinstance(layer, SameAvgPool2d)
    exclude = same or not layer.count_include_pad
    where = _pair(layer.stride), margin, margin, _pair(layer.kernel_size)
    rounding = _ROUNDING[layer.ceil_mode]
    return ops.avg_pool(maps, *where, exclude, rounding, auto_pad=SAME if same else EXPLICIT)


def _mean_pool(layer: nn.AdaptiveAvgPool2d, maps: Node) -> Node:
    size = _pair(layer.output_size)
    if size == [1, 1]:
        return mean_over_places(maps)
    sides = maps.get_output_partial_shape(0) if hasattr(maps, "get_output_partial_shape") else maps.get_partial_shape()
    own = [side.get_length() for side in list(sides)[2:]]
    return ops.adaptive_avg_pool(maps, np.array([side or whole for side, whole in zip(size, own, strict=True)]))


def _global_max_pool(layer: nn.AdaptiveMaxPool2d, maps: Node) -> Node:
    del layer
    return max_over_places(maps)


def _dense(layer: nn.Linear, values: Node) -> Node:
    return dense(values, _array(layer.weight), None if layer.bias is None else _array(layer.bias))


def _upsample(layer: nn.Upsample, maps: Node) -> Node:
    assert layer.scale_factor is not None
    return upsample(maps, layer.scale_factor, bilinear=layer.mode == "bilinear")


def _unchanged(layer: nn.Module, values: Node) -> Node:
    """Return the values: the layer is of no effect but in training."""
    del layer
    return values


def _activation(name: str) -> Callable[[nn.Module, Node], Node]:
    return lambda _, values: activate(values, name)


_LAYERS: dict[type, Callable[[Any, Node], Node]] = {
    nn.Conv2d: _conv,
    SameConv2d: _conv,
    nn.Linear: _dense,
    nn.BatchNorm1d: _batch_norm,
    nn.BatchNorm2d: _batch_norm,
    nn.LayerNorm: _layer_norm,
    ChannelNorm: _layer_norm,
    nn.MaxPool2d: _max_pool,
    SameMaxPool2d: _max_pool,
    nn.AvgPool2d: _average_pool,
    SameAvgPool2d: _average_pool,
    nn.AdaptiveAvgPool2d: _mean_pool,
    nn.AdaptiveMaxPool2d: _global_max_pool,
    nn.Flatten: lambda _, maps: flat(maps),
    nn.Upsample: _upsample,
    nn.Identity: _unchanged,
    nn.Dropout: _unchanged,
    nn.Dropout2d: _unchanged,
    **{kind: _activation(name) for kind, name in ACTIVATION_NAMES.items()},
    nn.LeakyReLU: lambda layer, values: activate(values, "leaky relu", layer.negative_slope),
    nn.ELU: lambda layer, values: ops.elu(values, layer.alpha),
    nn.GELU: lambda layer, values: ops.gelu(values, "tanh" if layer.approximate == "tanh" else "erf"),
}

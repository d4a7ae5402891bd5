"""Translation of layers to ONNX nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from torch import nn

from catseye.networks.backbones.blocks import SameConv2d
from catseye.networks.definition.modules import ChannelNorm, SameAvgPool2d, SameMaxPool2d
from catseye.networks.translation import find_by_kind
from catseye.networks.windows import padding_along_axis

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from catseye.export.onnx_operations import OnnxOperations

    Shape = tuple[int, ...]
    Translation = Callable[[OnnxOperations, Any, str, Shape], str]

_SPATIAL_AXES = [2, 3]  # of maps (B, C, H, W)


def find_translation(layer: nn.Module) -> Translation | None:
    """Return the translation ``(ops, layer, node, shape of its values) -> node`` of a layer, if there is one."""
    return find_by_kind(_LAYERS, layer)


def _store(ops: OnnxOperations, weight: torch.Tensor) -> str:
    return ops.stored(weight.detach().numpy())


def _pair(value: Any) -> list[int]:
    return list(value) if isinstance(value, tuple) else [value, value]


def _window_attributes(layer: Any, shape: Shape, *, same: bool) -> dict[str, list[int]]:
    """Return the ONNX attributes of a layer that slides a window over maps of this shape."""
    kernel, stride = _pair(layer.kernel_size), _pair(layer.stride)
    dilation = _pair(getattr(layer, "dilation", 1))
    if same:
        axes = zip(shape[-2:], kernel, stride, dilation, strict=True)
        around = [padding_along_axis(side, span, step, "same", gap) for side, span, step, gap in axes]
        before, after = zip(*around, strict=True)
        margins = [*before, *after]
    else:
        margins = _pair(0 if layer.padding == "valid" else layer.padding) * 2
    found = {"kernel_shape": kernel, "strides": stride, "pads": margins}
    return found if dilation == [1, 1] else found | {"dilations": dilation}


def _convolve(ops: OnnxOperations, layer: nn.Conv2d, maps: str, shape: Shape) -> str:
    windows = _window_attributes(layer, shape, same=isinstance(layer, SameConv2d) or layer.padding == "same")
    inputs = [maps, _store(ops, layer.weight)]
    if layer.bias is not None:
        inputs.append(_store(ops, layer.bias))
    return ops.add("Conv", *inputs, group=layer.groups, **windows)


def _batch_norm(ops: OnnxOperations, layer: nn.BatchNorm2d, maps: str, shape: Shape) -> str:
    del shape
    assert layer.running_mean is not None
    assert layer.running_var is not None
    numbers = (layer.weight, layer.bias, layer.running_mean, layer.running_var)
    stored = [_store(ops, values) for values in numbers]
    return ops.add("BatchNormalization", maps, *stored, epsilon=layer.eps)


def _layer_norm(ops: OnnxOperations, layer: nn.LayerNorm, values: str, shape: Shape) -> str:
    if isinstance(layer, ChannelNorm):
        moved = ops.transpose(values, (0, 2, 3, 1))
        return ops.transpose(_normalise(ops, layer, moved), (0, 3, 1, 2))
    del shape
    return _normalise(ops, layer, values)


def _normalise(ops: OnnxOperations, layer: nn.LayerNorm, values: str) -> str:
    stored = _store(ops, layer.weight), _store(ops, layer.bias)
    return ops.add("LayerNormalization", values, *stored, axis=-1, epsilon=layer.eps)


def _max_pool(ops: OnnxOperations, layer: nn.MaxPool2d, maps: str, shape: Shape) -> str:
    windows = _window_attributes(layer, shape, same=isinstance(layer, SameMaxPool2d))
    return ops.add("MaxPool", maps, ceil_mode=int(layer.ceil_mode), **windows)


def _average_pool(ops: OnnxOperations, layer: nn.AvgPool2d, maps: str, shape: Shape) -> str:
    same = isinstance(layer, SameAvgPool2d)
    counts = int(layer.count_include_pad and not same)
    windows = _window_attributes(layer, shape, same=same)
    return ops.add("AveragePool", maps, ceil_mode=int(layer.ceil_mode), count_include_pad=counts, **windows)


def _mean_pool(ops: OnnxOperations, layer: nn.AdaptiveAvgPool2d, maps: str, shape: Shape) -> str:
    sides = [side or own for side, own in zip(_pair(layer.output_size), shape[-2:], strict=True)]
    if sides == [1, 1]:
        return ops.add("ReduceMean", maps, ops.constant(_SPATIAL_AXES))
    for axis, side in zip(_SPATIAL_AXES, sides, strict=True):
        maps = _average(ops, maps, axis, shape[axis], side)
    return maps


def _average(ops: OnnxOperations, maps: str, axis: int, side: int, wanted: int) -> str:
    """Average maps along an axis to the wanted length, by multiplication with a matrix of weights."""
    shares = np.zeros((side, wanted), np.float32)
    for place in range(wanted):
        first, last = place * side // wanted, -(-(place + 1) * side // wanted)
        shares[first:last, place] = 1 / (last - first)
    if axis == _SPATIAL_AXES[1]:
        return ops.matmul(maps, ops.stored(shares))
    return ops.matmul(ops.stored(shares.T), maps)


def _global_max_pool(ops: OnnxOperations, layer: nn.AdaptiveMaxPool2d, maps: str, shape: Shape) -> str:
    del layer, shape
    return ops.add("ReduceMax", maps, ops.constant(_SPATIAL_AXES))


def _dense(ops: OnnxOperations, layer: nn.Linear, values: str, shape: Shape) -> str:
    if len(shape) == 2 and layer.bias is not None:
        return ops.add("Gemm", values, _store(ops, layer.weight), _store(ops, layer.bias), transB=1)
    product = ops.matmul(values, ops.stored(layer.weight.detach().numpy().T))
    return product if layer.bias is None else ops.add("Add", product, _store(ops, layer.bias))


def _flatten(ops: OnnxOperations, layer: nn.Flatten, maps: str, shape: Shape) -> str:
    del layer, shape
    return ops.add("Flatten", maps, axis=1)


def _upsample(ops: OnnxOperations, layer: nn.Upsample, maps: str, shape: Shape) -> str:
    del shape
    scales = ops.constant([1.0, 1.0, *_pair(layer.scale_factor)], "float32")
    if layer.mode == "bilinear":
        return ops.add("Resize", maps, "", scales, mode="linear", coordinate_transformation_mode="half_pixel")
    where = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    return ops.add("Resize", maps, "", scales, mode="nearest", **where)


def _relu6(ops: OnnxOperations, layer: nn.ReLU6, values: str, shape: Shape) -> str:
    del layer, shape
    return ops.add("Clip", values, ops.constant(0.0, "float32"), ops.constant(6.0, "float32"))


def _silu(ops: OnnxOperations, layer: nn.SiLU, values: str, shape: Shape) -> str:
    del layer, shape
    return ops.add("Mul", values, ops.add("Sigmoid", values))


def _pass_on(ops: OnnxOperations, layer: nn.Module, values: str, shape: Shape) -> str:
    """Return the values: the layer only has an effect in training."""
    del ops, layer, shape
    return values


def _to_single_node(name: str, *numbers: str, **fixed: Any) -> Translation:
    """Return a translation to one node, whose attributes ``numbers`` are the layer's of the same names."""

    def translate(ops: OnnxOperations, layer: nn.Module, values: str, shape: Shape) -> str:
        del shape
        return ops.add(name, values, **fixed, **{number: getattr(layer, number) for number in numbers})

    return translate


_LAYERS: dict[type, Translation] = {
    nn.Conv2d: _convolve,
    SameConv2d: _convolve,
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
    nn.Flatten: _flatten,
    nn.Upsample: _upsample,
    nn.Identity: _pass_on,
    nn.Dropout: _pass_on,
    nn.Dropout2d: _pass_on,
    nn.ReLU: _to_single_node("Relu"),
    nn.ReLU6: _relu6,
    nn.LeakyReLU: lambda ops, layer, values, _: ops.add("LeakyRelu", values, alpha=layer.negative_slope),
    nn.ELU: _to_single_node("Elu", "alpha"),
    nn.SELU: _to_single_node("Selu"),
    nn.GELU: _to_single_node("Gelu", "approximate"),
    nn.SiLU: _silu,
    nn.Mish: _to_single_node("Mish"),
    nn.Tanh: _to_single_node("Tanh"),
    nn.Sigmoid: _to_single_node("Sigmoid"),
    nn.Softplus: _to_single_node("Softplus"),
    nn.Hardswish: _to_single_node("HardSwish"),
}

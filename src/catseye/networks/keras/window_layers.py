"""Keras's layers with a window, and those that change the sides of maps, as parts of a text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from catseye.networks.definition.convolution_layer import Conv
from catseye.networks.definition.pooling_layer import GlobalPool, Pool, Upsample
from catseye.networks.definition.shape import check_maps
from catseye.networks.keras.activation_names import read_activation
from catseye.networks.windows import padding_along_axis

if TYPE_CHECKING:
    from catseye.networks.keras.chain_builder import ChainBuilder, Sides
    from catseye.networks.keras.layer_list import KerasLayer
    from catseye.networks.windows import Padding


def add_conv(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Add a convolution, which takes the zeros that wait for it."""
    conv = _window(builder, layer, layer.count("filters"), layer.count("groups"))
    builder.weigh(layer, "kernel", *["bias"] * conv.bias)
    builder.parts.append(conv)
    builder.activate(read_activation(layer))


def add_depthwise(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Add a convolution of each channel by itself."""
    conv = _window(builder, layer, _multiplied(builder, layer), None)
    builder.weigh(layer, "kernel", *["bias"] * conv.bias, kernel="depthwise")
    builder.parts.append(conv)
    builder.activate(read_activation(layer))


def add_separable(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Add a convolution of each channel by itself, and one of 1×1 behind it."""
    bias = layer.flag("use_bias", True)
    builder.weigh(layer, "kernel", kernel="depthwise", total=2 + bias)
    builder.parts.append(_window(builder, layer, _multiplied(builder, layer), None, bias=False))
    builder.weigh(layer, "kernel", *["bias"] * bias, first=1, total=2 + bias)
    builder.parts.append(Conv(layer.count("filters"), (1, 1), activation=None, bias=bias))
    builder.activate(read_activation(layer))


def add_zero_padding(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Remember the zeros for the next layer."""
    builder.padding = _sides(layer, "padding")


def add_cropping(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Cut off the sides."""
    (top, bottom), (left, right) = _sides(layer, "cropping")
    _crop(builder, layer, ((top, bottom), (left, right)))


def add_centre_crop(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Cut out the middle, where the maps are large enough; else Keras enlarges them."""
    height, width, _ = check_maps(layer.kind, builder.shape())
    wanted = layer.count("height"), layer.count("width")
    if wanted[0] > height or wanted[1] > width:
        raise layer.problem(f"enlarges maps of {height}×{width}; leave it out and build the model for that size")
    (top, left) = (height - wanted[0]) // 2, (width - wanted[1]) // 2
    _crop(builder, layer, ((top, height - wanted[0] - top), (left, width - wanted[1] - left)))


def add_pool(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Add pooling in windows."""
    kernel = layer.pair("pool_size")
    stride = kernel if layer.config.get("strides") is None else layer.pair("strides")
    builder.parts.append(Pool(layer.kind == "AveragePooling2D", kernel, stride, _same(layer)))


def add_global_pool(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Add pooling of whole maps; maps of 1×1 are what a window of their size leaves."""
    average = layer.kind == "GlobalAveragePooling2D"
    if layer.flag("keepdims", False):
        keep_sides(builder, average=average)
    else:
        builder.parts.append(GlobalPool(average))


def keep_sides(builder: ChainBuilder, *, average: bool) -> None:
    """Add pooling of whole maps that leaves maps of 1×1."""
    height, width, _ = check_maps("pool global", builder.shape())
    if (height, width) != (1, 1):
        builder.parts.append(Pool(average, (height, width), (height, width)))


def add_upsampling(builder: ChainBuilder, layer: KerasLayer) -> None:
    """Add enlargement."""
    down, across = layer.pair("size")
    if down != across:
        raise layer.problem(f"must enlarge both sides alike; it has {down}x{across}")
    method = layer.word("interpolation", "nearest", ("nearest", "bilinear"))
    builder.parts.append(Upsample(down, method == "bilinear"))


def _window(
    builder: ChainBuilder, layer: KerasLayer, filters: int, groups: int | None, *, bias: bool | None = None
) -> Conv:
    own = layer.flag("use_bias", True) if bias is None else bias
    kernel, stride, dilation = layer.pair("kernel_size"), layer.pair("strides"), layer.pair("dilation_rate")
    padding = _taken_padding(builder, layer)
    return Conv(filters, kernel, padding, stride, dilation, groups, None, own)


def _taken_padding(builder: ChainBuilder, layer: KerasLayer) -> Padding:
    """Return a convolution's padding together with the zeros that wait for it, where a text can say both in one."""
    sides = builder.padding
    if sides == ((0, 0), (0, 0)) or _same(layer) == "same":
        builder.pad_now()
        return _same(layer)
    if len({*sides[0], *sides[1]}) == 1:
        builder.padding = ((0, 0), (0, 0))
        return sides[0][0]
    windows = zip(*(layer.pair(name) for name in ("kernel_size", "strides", "dilation_rate")), strict=True)
    axes = zip(check_maps(layer.kind, builder.shape()), windows, strict=False)
    if sides == tuple(padding_along_axis(side, kernel, step, "same", gap) for side, (kernel, step, gap) in axes):
        builder.padding = ((0, 0), (0, 0))
        return "same"
    builder.pad_now()
    return "valid"


def _multiplied(builder: ChainBuilder, layer: KerasLayer) -> int:
    return check_maps(layer.kind, builder.shape())[2] * layer.count("depth_multiplier", 1)


def _same(layer: KerasLayer) -> Literal["same", "valid"]:
    return "same" if layer.word("padding", "valid", ("valid", "same")) == "same" else "valid"


def _sides(layer: KerasLayer, name: str) -> Sides:
    """Return what a layer adds or cuts off: one number for all sides, one for each axis, or one for each side."""
    value = layer.config.get(name)
    axes = value if isinstance(value, list) and len(value) == 2 else [value, value]
    rows, columns = (axis if isinstance(axis, list) and len(axis) == 2 else [axis, axis] for axis in axes)
    top, bottom, left, right = (layer.replaced(name, side).count(name, least=0) for side in (*rows, *columns))
    return (top, bottom), (left, right)


def _crop(builder: ChainBuilder, layer: KerasLayer, sides: Sides) -> None:
    height, width, _ = check_maps(layer.kind, builder.shape())
    if sum(sides[0]) >= height or sum(sides[1]) >= width:
        raise layer.problem(f"leaves nothing of maps of {height}×{width}")
    if any((*sides[0], *sides[1])):
        (top, bottom), (left, right) = sides
        builder.pad_maps(((-top, -bottom), (-left, -right)))

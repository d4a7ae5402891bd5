"""OpenVINO's nodes for what most networks consist of, from arrays of weights; PyTorch is not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import openvino as ov
from openvino import opset15 as ops

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from catseye.images.preprocess import Preprocess
    from catseye.networks.windows import Pair

    Array = npt.NDArray[Any]

Node = Any  # OpenVINO's, which has no types
# TensorFlow's "same" puts the odd row or column at the end.
SAME, EXPLICIT = "same_upper", "explicit"
ANY = -1  # number of pictures


def pictures_node(preprocess: Preprocess, count: int) -> tuple[Node, Node]:
    """Return the input for pictures uint8 (``count``, C, H, W), and what it is once it is normalised."""
    height, width, channels = preprocess.shape
    pictures = ops.parameter([count, channels, height, width], ov.Type.u8, "pictures")
    mean = np.array(preprocess.mean, np.float32).reshape(1, -1, 1, 1) * 255
    std = np.array(preprocess.std, np.float32).reshape(1, -1, 1, 1) * 255
    return pictures, ops.multiply(ops.subtract(ops.convert(pictures, "f32"), mean), 1 / std)


def constant(values: Array) -> Node:
    """Return an array as a node, which shares its memory."""
    # Copies of VGG's half a gigabyte take OpenVINO twenty seconds.
    return ov.op.Constant(np.ascontiguousarray(values), True)


def a_channel(values: Array, dimensions: int) -> Node:
    """Return one value a channel, for maps (B, C, H, W) or values (B, C)."""
    return constant(values.reshape(1, -1, *(1,) * (dimensions - 2)))


def convolution(maps: Node, weight: Array, groups: int, stride: Pair, margin: Pair, dilation: Pair, pad: str) -> Node:
    """Return a convolution with weights (outputs, inputs / groups, H, W); ``pad`` is ``SAME`` or ``EXPLICIT``."""
    where = list(stride), list(margin), list(margin), list(dilation)
    if groups == 1:
        return ops.convolution(maps, constant(weight), *where, auto_pad=pad)
    grouped = weight.reshape(groups, -1, *weight.shape[1:])
    return ops.group_convolution(maps, constant(grouped), *where, auto_pad=pad)


def scale_and_shift(maps: Node, scale: Array, shift: Array, dimensions: int) -> Node:
    """Return values times ``scale`` (C,) plus ``shift`` (C,)."""
    return ops.add(ops.multiply(maps, a_channel(scale, dimensions)), a_channel(shift, dimensions))


def batch_norm(maps: Node, numbers: Sequence[Array], eps: float, axes: int) -> Node:
    """Return batch normalisation of values with so many axes.

    ``numbers`` are its weight, bias, running mean and running variance, each (C,).
    """
    weight, bias, mean, variance = numbers
    with np.errstate(over="ignore", invalid="ignore"):  # who computes with what that comes to, finds it
        scale = weight / np.sqrt(variance + np.float32(eps))
        shift = bias - mean * scale
    return scale_and_shift(maps, scale, shift, axes)


def layer_norm(values: Node, weight: Array, bias: Array, eps: float, axes: int) -> Node:
    """Return values with so many axes, channels brought to mean 0 and deviation 1, times ``weight`` plus ``bias``."""
    if axes == 2:
        normalised = _normalise_rows(values, len(weight), eps)
    else:
        normalised = ops.mvn(values, np.array([1]), True, eps, "inside_sqrt")
    return scale_and_shift(normalised, weight, bias, axes)


def _normalise_rows(values: Node, size: int, eps: float) -> Node:
    """Return values (B, ``size``) with mean 0 and deviation 1 in each row.

    OpenVINO 2026.4's own node for it, MVN, ends the whole process on processors without AVX-512 (a segmentation fault
    for 9 and 120 values). It also replaces means by that node; means as products with a matrix it leaves as they are.
    """
    average = constant(np.full((size, 1), 1 / size, np.float32))
    centred = ops.subtract(values, ops.matmul(values, average, False, False))
    variance = ops.matmul(ops.multiply(centred, centred), average, False, False)
    return ops.divide(centred, ops.sqrt(ops.add(variance, np.float32(eps))))


def max_pool(maps: Node, kernel: Sequence[int], stride: Sequence[int], pad: str = EXPLICIT, margin: int = 0) -> Node:
    """Return the largest value in each window; what ``SAME`` or a margin adds is never the largest."""
    around = [margin, margin]
    return ops.max_pool(maps, list(stride), [1, 1], around, around, list(kernel), auto_pad=pad).output(0)


def mean_pool(maps: Node, kernel: Sequence[int], stride: Sequence[int], pad: str = EXPLICIT) -> Node:
    """Return the mean of each window; what ``SAME`` pads does not count."""
    none = [0, 0]
    return ops.avg_pool(maps, list(stride), none, none, list(kernel), pad == SAME, auto_pad=pad)


def max_over_places(maps: Node) -> Node:
    """Return maps (B, C, H, W) as their largest values (B, C, 1, 1)."""
    return ops.reduce_max(maps, np.array([2, 3]), keep_dims=True)


def upsample(maps: Node, factor: float | Sequence[float], *, bilinear: bool) -> Node:
    """Return enlarged maps, as PyTorch's ``Upsample`` does."""
    scales: Array = np.broadcast_to(np.array(factor, np.float32), 2)
    where = {"axes": np.array([2, 3]), "coordinate_transformation_mode": "half_pixel"}
    if bilinear:
        return ops.interpolate(maps, scales, "linear_onnx", "scales", **where)
    return ops.interpolate(maps, scales, "nearest", "scales", nearest_mode="round_prefer_floor", **where)


def dense(values: Node, weight: Array, bias: Array | None) -> Node:
    """Return a dense layer with weights (outputs, inputs)."""
    product = ops.matmul(values, constant(weight), False, True)
    return product if bias is None else ops.add(product, a_channel(bias, 2))


def mean_over_places(maps: Node) -> Node:
    """Return maps (B, C, H, W) as their means (B, C, 1, 1)."""
    return ops.reduce_mean(maps, np.array([2, 3]), keep_dims=True)


def flat(maps: Node) -> Node:
    """Return maps (B, C, H, W) as values (B, C · H · W)."""
    return ops.reshape(maps, np.array([0, -1]), special_zero=True)


def relu6(values: Node) -> Node:
    """Return values, no lower than 0 and no higher than 6."""
    return ops.clamp(values, 0.0, 6.0)

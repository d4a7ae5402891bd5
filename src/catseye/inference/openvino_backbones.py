"""ResNet, MobileNetV2, VGG, and two backbones side by side, as OpenVINO's nodes: PyTorch is not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from openvino import opset15 as ops

from catseye.inference.openvino_lite import lite_maps
from catseye.inference.openvino_nodes import flat, max_pool, mean_over_places, relu6
from catseye.networks.backbones.lite_plan import HEAD, LITES, TOP, plan_shapes
from catseye.networks.backbones.sizes import (
    MOBILENET_STAGES,
    MOBILENET_STEM,
    MOBILENET_TOP,
    RESNET_BLOCKS,
    RESNET_WIDTHS,
    VGG_CHANNELS,
    VGG_CONVOLUTIONS,
    VGG_HIDDEN,
    VGG_POOLED_SIDE,
)
from catseye.networks.names import parts_of

if TYPE_CHECKING:
    from catseye.inference.named_weights import NamedWeights
    from catseye.inference.openvino_nodes import Node

_RESNET, _VGG, _BATCH_NORM, _PAIR_HEAD = "resnet", "vgg", "_bn", "classifier"


def translate_backbone(name: str, pictures: Node, weights: NamedWeights) -> tuple[Node, str, int]:
    """Return the features (B, F) of normalised pictures, the name of the head that takes them, and F.

    Raises
    ------
    CatseyeError
        The weights are another network's.
    """
    parts = parts_of(name)
    if parts:
        found = [_last_maps(part, pictures, weights.below(f"maps.{place}.")) for part, place in zip(
            parts, ("first", "second"), strict=True
        )]  # fmt: skip
        maps, channels = ops.concat([maps for maps, _ in found], 1), sum(channels for _, channels in found)
        return flat(mean_over_places(maps)), _PAIR_HEAD, channels
    maps, channels = _last_maps(name, pictures, weights)
    if name.startswith(_VGG):
        return _vgg_hidden(maps, weights), "classifier.6", VGG_HIDDEN
    head = HEAD if name in LITES else "fc" if name.startswith(_RESNET) else "classifier.1"
    return flat(mean_over_places(maps)), head, channels


def _last_maps(name: str, pictures: Node, weights: NamedWeights) -> tuple[Node, int]:
    """Return the last maps of a backbone, and how many channels they have."""
    if name in LITES:
        shapes = plan_shapes(name, 1)
        taken = {key: weights.take(key, *shape) for key, shape in shapes.items() if shape and not key.startswith(HEAD)}
        return lite_maps(name, taken, pictures), TOP
    if name.startswith(_RESNET):
        return _resnet(int(name.removeprefix(_RESNET)), pictures, weights)
    if name.startswith(_VGG):
        return _vgg(name, pictures, weights)
    return _mobilenet(pictures, weights)


def _resnet(depth: int, maps: Node, weights: NamedWeights) -> tuple[Node, int]:
    counts, expansion = RESNET_BLOCKS[depth]
    channels = RESNET_WIDTHS[0]
    maps = weights.convolve("conv1", maps, (channels, 3, 7, 7), stride=(2, 2), margin=(3, 3))
    maps = max_pool(ops.relu(weights.normalise("bn1", maps, channels)), (3, 3), (2, 2), margin=1)
    for number, (count, width) in enumerate(zip(counts, RESNET_WIDTHS, strict=True), 1):
        for index in range(count):
            stride, block = 2 if index == 0 and number > 1 else 1, weights.below(f"layer{number}.{index}.")
            maps = _residual(maps, channels, width, expansion, stride, block)
            channels = width * expansion
    return maps, channels


def _residual(maps: Node, inputs: int, width: int, expansion: int, stride: int, weights: NamedWeights) -> Node:
    outputs, entered, result = width * expansion, maps, maps
    if expansion == 1:
        layers = [(inputs, width, 3, stride), (width, width, 3, 1)]
    else:
        layers = [(inputs, width, 1, 1), (width, width, 3, stride), (width, outputs, 1, 1)]
    for number, (into, out, kernel, step) in enumerate(layers, 1):
        margin = (kernel // 2, kernel // 2)
        shape = (out, into, kernel, kernel)
        result = weights.convolve(f"conv{number}", result, shape, stride=(step, step), margin=margin)
        result = weights.normalise(f"bn{number}", result, out)
        result = ops.relu(result) if number < len(layers) else result
    if stride != 1 or inputs != outputs:
        entered = weights.convolve("downsample.0", entered, (outputs, inputs, 1, 1), stride=(stride, stride))
        entered = weights.normalise("downsample.1", entered, outputs)
    return ops.relu(ops.add(result, entered))


def _mobilenet(maps: Node, weights: NamedWeights) -> tuple[Node, int]:
    maps, channels, place = _conv_norm_relu("features.0", maps, 3, MOBILENET_STEM, 3, 2, 1, weights), MOBILENET_STEM, 1
    for expansion, outputs, blocks, stride in MOBILENET_STAGES:
        for index in range(blocks):
            step, block = stride if index == 0 else 1, weights.below(f"features.{place}.conv.")
            maps = _inverted_residual(maps, channels, outputs, expansion, step, block)
            channels, place = outputs, place + 1
    return _conv_norm_relu(f"features.{place}", maps, channels, MOBILENET_TOP, 1, 1, 1, weights), MOBILENET_TOP


def _inverted_residual(
    maps: Node, inputs: int, outputs: int, expansion: int, stride: int, weights: NamedWeights
) -> Node:
    width, inner, place = inputs * expansion, maps, 0
    if expansion > 1:
        inner, place = _conv_norm_relu("0", inner, inputs, width, 1, 1, 1, weights), 1
    inner = _conv_norm_relu(str(place), inner, width, width, 3, stride, width, weights)
    inner = weights.convolve(str(place + 1), inner, (outputs, width, 1, 1))
    inner = weights.normalise(str(place + 2), inner, outputs)
    return ops.add(inner, maps) if stride == 1 and inputs == outputs else inner


def _conv_norm_relu(
    name: str, maps: Node, inputs: int, outputs: int, kernel: int, stride: int, groups: int, weights: NamedWeights
) -> Node:
    shape, margin = (outputs, inputs // groups, kernel, kernel), (kernel // 2, kernel // 2)
    maps = weights.convolve(f"{name}.0", maps, shape, stride=(stride, stride), margin=margin, groups=groups)
    return relu6(weights.normalise(f"{name}.1", maps, outputs))


def _vgg(name: str, maps: Node, weights: NamedWeights) -> tuple[Node, int]:
    depth, normalises = int(name.removeprefix(_VGG).removesuffix(_BATCH_NORM)), name.endswith(_BATCH_NORM)
    channels, place = 3, 0
    for count, width in zip(VGG_CONVOLUTIONS[depth], VGG_CHANNELS, strict=True):
        for _ in range(count):
            maps = weights.convolve(f"features.{place}", maps, (width, channels, 3, 3), margin=(1, 1), bias=True)
            maps = weights.normalise(f"features.{place + 1}", maps, width) if normalises else maps
            maps, channels, place = ops.relu(maps), width, place + 2 + normalises
        maps, place = max_pool(maps, (2, 2), (2, 2)), place + 1
    return maps, channels


def _vgg_hidden(maps: Node, weights: NamedWeights) -> Node:
    values = flat(ops.adaptive_avg_pool(maps, np.array([VGG_POOLED_SIDE] * 2)))
    values = ops.relu(weights.join("classifier.0", values, VGG_CHANNELS[-1] * VGG_POOLED_SIDE**2, VGG_HIDDEN))
    return ops.relu(weights.join("classifier.3", values, VGG_HIDDEN, VGG_HIDDEN))

"""EfficientNet-Lite as OpenVINO's graph, from its plan and weights: PyTorch is not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openvino as ov
from openvino import opset15 as ops

from catseye.inference.openvino_nodes import (
    SAME,
    batch_norm,
    convolution,
    dense,
    flat,
    mean_over_places,
    pictures_node,
    relu6,
)
from catseye.networks.backbones.lite_plan import HEAD, NORM_EPS, Block, Convolution, plan_blocks

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from catseye.images.preprocess import Preprocess
    from catseye.inference.openvino_nodes import Node

    Arrays = Mapping[str, npt.NDArray[Any]]


def build_lite_graph(
    name: str,
    arrays: Arrays,
    preprocess: Preprocess,
    *,
    logits: bool,
    features: bool = False,
    maps_too: bool = False,
) -> ov.Model:
    """Return a model from one picture uint8 (1, 3, H, W) to its features float32 (1, F), or its logits (1, K).

    Parameters
    ----------
    name
        Of the network, one of ``LITES``.
    arrays
        Weights and statistics by name.
    preprocess
    logits
        Whether the dense layer at the end belongs to it.
    features
        Whether the features follow the logits in the same output (1, K + F).
    maps_too
        Whether it has a second output: the last maps (1, C, h, w), whose means the features are.
    """
    pictures, normalised = pictures_node(preprocess, 1)
    maps = lite_maps(name, arrays, normalised)
    result = flat(mean_over_places(maps))
    if logits:
        found = dense(result, arrays[f"{HEAD}.weight"], arrays[f"{HEAD}.bias"])
        result = ops.concat([found, result], 1) if features else found
    return ov.Model([result, maps] if maps_too else [result], [pictures], "forward" if logits else "extract")


def lite_maps(name: str, arrays: Arrays, pictures: Node) -> Node:
    """Return the last maps of normalised pictures."""
    for block in plan_blocks(name):
        pictures = _block(block, arrays, pictures)
    return pictures


def _block(block: Block, arrays: Arrays, maps: Node) -> Node:
    entered = maps
    for layer in block.convolutions:
        maps = _convolution(layer, arrays, maps)
    return ops.add(maps, entered) if block.adds else maps


def _convolution(layer: Convolution, arrays: Arrays, maps: Node) -> Node:
    stride, weight = (layer.stride, layer.stride), arrays[f"{layer.name}.weight"]
    maps = convolution(maps, weight, layer.groups, stride, (0, 0), (1, 1), SAME)
    norm = [arrays[f"{layer.norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")]
    maps = batch_norm(maps, norm, NORM_EPS, 4)
    return relu6(maps) if layer.relu6 else maps

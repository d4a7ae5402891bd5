"""The network in a classifier's file as OpenVINO's graph, from its name and its weights: PyTorch is not needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import openvino as ov
from openvino import opset15 as ops

from catseye.errors import CatseyeError
from catseye.inference.named_weights import NamedWeights
from catseye.inference.openvino_backbones import translate_backbone
from catseye.inference.openvino_definition import translate_chain
from catseye.inference.openvino_nodes import ANY, pictures_node
from catseye.networks.definition.definition import Definition
from catseye.networks.lessons import NAMED_TEXTS
from catseye.networks.names import is_backbone

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt

    from catseye.images.preprocess import Preprocess
    from catseye.inference.openvino_nodes import Node

    Arrays = Mapping[str, npt.NDArray[Any]]

_LOGITS = ""  # in place of a layer's name: the logits are the features


def build_stored_graph(
    name: str, options: Mapping[str, Any], arrays: Arrays, preprocess: Preprocess, classes: int, layer: str | None
) -> ov.Model:
    """Return a model from pictures uint8 (B, C, H, W) to logits float32 (B, K); B is 1 for a backbone, else any.

    Parameters
    ----------
    name, options
        Of the network, as :func:`~catseye.networks.registry.build` takes them.
    arrays
        The network's weights and statistics by name; anything may be in them.
    preprocess
    classes
    layer
        The dense layer whose inputs (B, F) follow the logits in the same output, ``""`` for the logits; ``None``:
        nothing follows them.

    Raises
    ------
    CatseyeError
        The weights are not those of the network; the message says the first that is wrong. `UsageError`: there is no
        such network, or pictures or classes do not fit it.
    """
    weights = NamedWeights(arrays)
    if is_backbone(name):
        if options:
            raise CatseyeError(f"{name} has no options")
        pictures, normalised = pictures_node(preprocess, 1)
        features, head, width = translate_backbone(name, normalised, weights)
        logits, inputs = weights.join(head, features, width, classes), {head: features}
    else:
        pictures, normalised = pictures_node(preprocess, ANY)
        chain = Definition.read(NAMED_TEXTS.get(name, name)).arrange(preprocess.shape, classes, **options)
        found = translate_chain(chain, preprocess.shape, normalised, weights)
        logits, inputs = found.result, found.inputs
    weights.require_all_taken()
    return ov.Model([_with_features(logits, inputs, layer)], [pictures], "forward")


def _with_features(logits: Node, inputs: Mapping[str, Node], layer: str | None) -> Node:
    if layer is None:
        return logits
    if layer != _LOGITS and layer not in inputs:
        raise CatseyeError(f"there is no dense layer {layer}")
    return ops.concat([logits, logits if layer == _LOGITS else inputs[layer]], 1)

"""A network as OpenVINO's graph, from 8-bit pictures to features or logits."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

import numpy as np
import openvino as ov
import torch
from openvino import opset15 as ops
from openvino.preprocess import PrePostProcessor
from torch import fx, nn

from catseye.errors import CatseyeError, first_line
from catseye.inference.openvino_layers import find_translation
from catseye.inference.openvino_nodes import ANY, pictures_node
from catseye.inference.openvino_plugin import load_converter
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.backbones.timm import TimmNetwork
from catseye.networks.feature_layer import LOGITS, WithFeatures
from catseye.networks.structure import copy_structure
from catseye.networks.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.images.preprocess import Preprocess
    from catseye.inference.openvino_nodes import Node


def build_openvino_graph(network: Backbone, preprocess: Preprocess) -> ov.Model:
    """Return a model from one picture uint8 (1, 3, H, W) to a backbone's features float32 (1, F).

    Every layer of our networks is written down as what it is; OpenVINO's own conversion of PyTorch networks takes
    seconds, and is for those of timm. Normalisation is part of the graph.

    Raises
    ------
    CatseyeError
        A layer has no translation.
    """
    return _build(network, preprocess, "extract")


def build_classifier_graph(network: nn.Module, preprocess: Preprocess, layer: str | None = None) -> ov.Model:
    """Return a model from pictures uint8 (B, C, H, W) to logits float32 (B, K); B is 1 for a backbone, else any.

    With a ``layer``, features follow the logits in the same output (B, K + F): the inputs (B, F) of the dense
    layer of that name; those of ``""`` are the logits.

    Raises
    ------
    CatseyeError
        A layer has no translation.
    """
    return _build(network, preprocess, "forward", layer)


def _build(network: nn.Module, preprocess: Preprocess, method: str, layer: str | None = None) -> ov.Model:
    if isinstance(network, TimmNetwork):
        return _converted(network, preprocess, method, layer)
    pictures, normalised = pictures_node(preprocess, 1 if isinstance(network, Backbone) else ANY)
    translation = _Translation(trace(network, method))
    result = translation.run(normalised)
    if layer is not None:
        result = ops.concat([result, result if layer == LOGITS else translation.inputs[layer]], 1)
    return ov.Model([result], [pictures], method)


def translate_network(
    network: nn.Module, preprocess: Preprocess, maps: Node, layer: str | None
) -> tuple[Node, Node | None]:
    """Return the nodes of a network's logits (B, K) for normalised maps of any B, and of its features (B, F).

    There are features if the dense ``layer`` that takes them is named, or the logits as `LOGITS`. What has no
    translation here is left to OpenVINO's own converter, as are timm's networks.

    Raises
    ------
    CatseyeError
        A layer has no translation there either.
    """
    if isinstance(network, TimmNetwork):
        return _embedded(network, preprocess, maps, layer)
    try:
        translation = _Translation(trace(network))
        logits = translation.run(maps)
    except Exception:  # what a module of somebody's own does may be anything
        return _embedded(network, preprocess, maps, layer)
    if layer is None:
        return logits, None
    return logits, logits if layer == LOGITS else translation.inputs[layer]


def _embedded(network: nn.Module, preprocess: Preprocess, maps: Node, layer: str | None) -> tuple[Node, Node | None]:
    """Return the same for a network that OpenVINO's converter reads."""
    height, width, channels = preprocess.shape
    exported = copy_structure(network) if layer is None else WithFeatures(network, layer)
    example, many = torch.zeros(2, channels, height, width), torch.export.Dim("pictures", min=1)
    try:
        with torch.no_grad():
            classes = network(example).shape[1]
        program = torch.export.export(exported.eval(), (example,), dynamic_shapes=({0: many},))
        model = load_converter()(program)
    except Exception as error:  # of many kinds
        raise CatseyeError(
            f"OpenVINO cannot convert the network ({first_line(error)}). "
            "--to torch takes every network that torch.export can trace."
        ) from error
    model.inputs[0].replace(maps.output(0))
    outputs = model.outputs[0].get_node().input_value(0)
    if layer is None:
        return outputs, None
    parts = ops.variadic_split(outputs, 1, np.array([classes, -1]))
    return parts.output(0), parts.output(1)


class _Method(nn.Module):
    """A network of which another method is run."""

    def __init__(self, network: Backbone, method: str) -> None:
        super().__init__()
        self.network, self.method = network, method

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = getattr(self.network, self.method)(pictures)
        return result


def _converted(network: Backbone, preprocess: Preprocess, method: str, layer: str | None) -> ov.Model:
    height, width, channels = preprocess.shape
    example = torch.zeros(1, channels, height, width)
    exported = _Method(network, method) if layer is None else WithFeatures(network, layer)
    model = load_converter()(torch.export.export(exported.eval(), (example,)))
    model.reshape([1, channels, height, width])  # which not every graph keeps from the example
    steps = PrePostProcessor(model)
    steps.input().tensor().set_element_type(ov.Type.u8)
    steps.input().tensor().set_layout(ov.Layout("NCHW"))
    mean, std = ([255 * value for value in values] for values in (preprocess.mean, preprocess.std))
    steps.input().preprocess().convert_element_type(ov.Type.f32).mean(mean).scale(std)
    return steps.build()


class _Translation(fx.Interpreter):
    """Runs a network's graph with OpenVINO's nodes in the tensors' place.

    Attributes
    ----------
    inputs : dict of str to node
        What each layer took, by its name; of one that ran several times, in its last run.
    """

    def __init__(self, graph: fx.GraphModule) -> None:
        super().__init__(graph)
        self.inputs: dict[str, Node] = {}

    def call_module(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Node:  # noqa: ARG002
        layer = self.fetch_attr(target)
        translate = find_translation(layer)
        if translate is None:
            raise CatseyeError(f"layer {target} ({type(layer).__name__}) has no translation for OpenVINO.")
        self.inputs[target] = args[0]
        return translate(layer, args[0])

    def call_function(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Node:
        if target is operator.add and all(isinstance(arg, ov.Node | ov.Output) for arg in args):
            return ops.add(*args)
        if target is torch.cat:
            return _concatenated(*args, **kwargs)
        raise CatseyeError(f"the function {target} has no translation for OpenVINO.")

    def call_method(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Node:  # noqa: ARG002
        raise CatseyeError(f"the method {target} has no translation for OpenVINO.")


def _concatenated(parts: Sequence[Node], dim: int = 0) -> Node:
    return ops.concat(list(parts), dim)

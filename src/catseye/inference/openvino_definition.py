"""Networks that a text defines, the lessons' among them, as OpenVINO's graph: PyTorch is not needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from openvino import opset15 as ops

from catseye.inference.openvino_activations import activate
from catseye.inference.openvino_nodes import (
    EXPLICIT,
    SAME,
    flat,
    layer_norm,
    max_over_places,
    max_pool,
    mean_over_places,
    mean_pool,
    upsample,
)
from catseye.networks.definition.activation import Activation, activation_parts
from catseye.networks.definition.chain import Beside, Bracket, Chain, Names, Repeated, Residual
from catseye.networks.definition.convolution_layer import Conv
from catseye.networks.definition.plain_layers import BatchNorm, Dense, Dropout, Flatten, LayerNorm
from catseye.networks.definition.pooling_layer import GlobalPool, Pool, Upsample

if TYPE_CHECKING:
    from catseye.inference.named_weights import NamedWeights
    from catseye.inference.openvino_nodes import Node
    from catseye.networks.definition.chain import Part
    from catseye.networks.definition.shape import Shape


@dataclass(frozen=True)
class DefinedGraph:
    """What a chain's layers make of their input.

    Attributes
    ----------
    result : node
    inputs : dict of str to node
        What each dense layer took, by its name.
    """

    result: Node
    inputs: dict[str, Node]


def translate_chain(chain: Chain, shape: Shape, values: Node, weights: NamedWeights) -> DefinedGraph:
    """Return a network's layers as nodes.

    Parameters
    ----------
    chain
        All layers, as :meth:`~catseye.networks.definition.definition.Definition.arrange` returns them.
    shape
        Of the pictures, (H, W, C).
    values
        The pictures, normalised.
    weights
        Named as PyTorch names those of the same network.

    Raises
    ------
    CatseyeError
        A layer does not fit what reaches it, or its weights do not fit the layer.
    """
    translation = _Translation()
    return DefinedGraph(translation.chain(chain, shape, values, weights, ""), translation.inputs)


class _Translation:
    def __init__(self) -> None:
        self._names = Names()  # in the order in which modules are made: those in brackets are numbered with the others
        self.inputs: dict[str, Node] = {}

    def chain(self, chain: Chain, shape: Shape, values: Node, weights: NamedWeights, prefix: str) -> Node:
        for part in chain.parts:
            values = self._part(part, shape, values, weights, prefix)
            shape = part.output(shape)
        return values

    def _part(self, part: Part, shape: Shape, values: Node, weights: NamedWeights, prefix: str) -> Node:
        match part:
            case Repeated():
                for _ in range(part.times):
                    values = self._part(part.part, shape, values, weights, prefix)
                    shape = part.part.output(shape)
                return values
            case Bracket():
                return self.chain(part.chain, shape, values, weights, prefix)
            case Residual():
                inside = f"{prefix}{self._names.following('sum')}."
                path = self.chain(part.path, shape, values, weights, f"{inside}path.")
                return ops.add(path, self.chain(part.shortcut, shape, values, weights, f"{inside}shortcut."))
            case Beside():
                inside = f"{prefix}{self._names.following('parallel')}.paths."
                paths = [
                    self.chain(path, shape, values, weights, f"{inside}{number}.")
                    for number, path in enumerate(part.paths)
                ]
                return ops.concat(paths, 1)
        return self._layer(part, shape, values, weights, prefix)

    def _layer(self, layer: Part, shape: Shape, values: Node, weights: NamedWeights, prefix: str) -> Node:
        match layer:
            case Conv():
                name = prefix + self._names.following("conv")
                return _activated(_conv(layer, name, shape, values, weights), layer.activation)
            case Dense():
                name = prefix + self._names.following("dense")
                self.inputs[name] = values
                result = weights.join(name, values, shape[0], layer.units, bias=layer.bias)
                return _activated(result, "relu" if layer.activation == "" else layer.activation)
            case BatchNorm():
                name = prefix + self._names.following("norm")
                return weights.normalise(name, values, shape[-1], layer.epsilon, _axes(shape))
            case LayerNorm():
                name = prefix + self._names.following("norm")
                weight, bias = (weights.take(f"{name}.{part}", shape[-1]) for part in ("weight", "bias"))
                return layer_norm(values, weight, bias, layer.epsilon, _axes(shape))
        return _without_weights(layer, values)


def _conv(layer: Conv, name: str, shape: Shape, maps: Node, weights: NamedWeights) -> Node:
    groups, margin = layer.groups or shape[-1], layer.margin()
    return weights.convolve(
        name,
        maps,
        (layer.filters, shape[-1] // groups, *layer.kernel),
        stride=layer.stride,
        margin=margin or (0, 0),
        dilation=layer.dilation,
        groups=groups,
        pad=SAME if margin is None else EXPLICIT,
        bias=layer.bias,
    )


def _without_weights(layer: Part, values: Node) -> Node:
    match layer:
        case Activation():
            return _activated(values, layer.name)
        case Pool():
            pool, pad = mean_pool if layer.average else max_pool, SAME if layer.padding == "same" else EXPLICIT
            return pool(values, layer.kernel, layer.stride, pad)
        case GlobalPool():
            return flat(mean_over_places(values) if layer.average else max_over_places(values))
        case Upsample():
            return upsample(values, layer.factor, bilinear=layer.bilinear)
        case Flatten():
            return flat(values)
        case Dropout():
            return values
    raise AssertionError(layer)


def _activated(values: Node, name: str | None) -> Node:
    return activate(values, *activation_parts(name)) if name else values


def _axes(shape: Shape) -> int:
    return 4 if len(shape) == 3 else 2

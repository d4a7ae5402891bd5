"""A network described layer by layer: sizes, parameters, work and receptive field."""

from __future__ import annotations

import copy
import math
import operator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import fx, nn

from catseye.drawing.answer import Answer
from catseye.networks.backbones.blocks import SameConv2d
from catseye.networks.geometry import Geometry
from catseye.networks.tracing import trace
from catseye.networks.windows import Pair, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

# What works value by value, and how it is called in the row before it.
_ELEMENTWISE: dict[type[nn.Module], str] = {
    nn.ReLU: "relu",
    nn.ReLU6: "relu6",
    nn.Dropout: "dropout",
    nn.BatchNorm1d: "batch norm",
    nn.BatchNorm2d: "batch norm",
}


@dataclass(frozen=True)
class Layer:
    """One row of a summary.

    Attributes
    ----------
    name, kind : str
        The stage's name; what it does, with the activation that follows it.
    output : tuple of int
        (H, W, C), or the number of values once they lie in one row.
    parameters : int
        Learnt numbers.
    multiply_adds : int
        Multiplications with additions for one picture; those of biases and normalisation are not counted.
    receptive_field : (int, int)
        Height and width in pixels of the part of the input that one output value depends on.
    """

    name: str
    kind: str
    output: tuple[int, ...]
    parameters: int
    multiply_adds: int
    receptive_field: Pair

    def to_json(self) -> dict[str, Any]:
        """Return the row as JSON values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "output": list(self.output),
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
            "receptive_field": list(self.receptive_field),
        }


@dataclass(frozen=True, repr=False)
class Summary(Answer):
    """A network's layers and totals."""

    network: str
    input: tuple[int, int, int]
    layers: tuple[Layer, ...]

    def __repr__(self) -> str:
        shape = "×".join(map(str, self.input))
        return f"Summary({self.network}, {len(self.layers)} layers, {self.parameters:,} parameters, input {shape})"

    @property
    def parameters(self) -> int:
        """All learnt numbers."""
        return sum(layer.parameters for layer in self.layers)

    @property
    def multiply_adds(self) -> int:
        """All multiplications with additions for one picture."""
        return sum(layer.multiply_adds for layer in self.layers)

    def to_json(self) -> dict[str, Any]:
        """Return the summary as JSON values."""
        return {
            "network": self.network,
            "input": list(self.input),
            "parameters": self.parameters,
            "multiply_adds": self.multiply_adds,
            "layers": [layer.to_json() for layer in self.layers],
        }


def summarise(network: nn.Module, shape: tuple[int, int, int], name: str = "network") -> Summary:
    """Describe a network for pictures of ``shape`` (H, W, C).

    Layers that work value by value (relu, dropout, batch normalisation, the sum with a shortcut) have no row: they
    are named in the one before, which also has their parameters.
    """
    layers = [Layer("input", "picture", shape, 0, 0, (1, 1))]
    for layer in _Walk(network).layers(shape):
        if layer.kind.startswith("+"):
            layers[-1] = _merged(layers[-1], layer)
        else:
            layers.append(layer)
    return Summary(name, shape, tuple(layers))


def geometries(network: nn.Module, shape: tuple[int, int, int]) -> dict[str, Geometry]:
    """Return what the output of every module sees of pictures of ``shape`` (H, W, C), by the module's name.

    Where two paths join, it is the path that sees more.
    """
    walk = _Walk(network)
    for _ in walk.layers(shape):
        pass
    return walk.by_module


def _merged(row: Layer, addition: Layer) -> Layer:
    kind, parameters = f"{row.kind} {addition.kind}", row.parameters + addition.parameters
    return Layer(row.name, kind, row.output, parameters, row.multiply_adds, row.receptive_field)


class _Walk(fx.Interpreter):
    """Runs a network operation by operation and notes what each layer does."""

    def __init__(self, network: nn.Module) -> None:
        # On the meta device sizes are followed without memory or work; the weights themselves are not copied.
        weights = {id(w): nn.Parameter(w.to("meta"), requires_grad=False) for w in network.parameters()}
        buffers = {id(b): b.to("meta") for b in network.buffers()}
        bare = copy.deepcopy(network, weights | buffers).eval()
        super().__init__(trace(bare))
        self._rows: list[Layer] = []
        self._geometries: dict[fx.Node, Geometry] = {}
        self.by_module: dict[str, Geometry] = {}
        self._input: Pair = (1, 1)

    def layers(self, shape: tuple[int, int, int]) -> Iterator[Layer]:
        height, width, channels = shape
        self._input = height, width
        with torch.no_grad():
            self.run(torch.zeros(1, channels, height, width, device="meta"))
        yield from self._rows

    # Sizes are worked out here where that is simple: to follow a sum, a mean or batch normalisation on the meta
    # device, PyTorch loads its compiler, which takes longer than all else.
    def call_function(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return args[0] if target is operator.add else super().call_function(target, args, kwargs)

    def call_module(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        layer, values = self.fetch_attr(target), args[0]
        if type(layer) in _ELEMENTWISE:
            return values
        if isinstance(layer, nn.Linear):
            return values.new_empty((len(values), layer.out_features))
        if isinstance(layer, nn.Conv2d | nn.AdaptiveAvgPool2d):
            return values.new_empty((len(values), *_size(layer, values)))
        return super().call_module(target, args, kwargs)

    def run_node(self, n: fx.Node) -> Any:
        result = super().run_node(n)
        before = [self._geometries[node] for node in n.all_input_nodes]
        geometry = max(before, key=lambda s: s.field, default=Geometry())
        layer = self.module.get_submodule(str(n.target)) if n.op == "call_module" else None
        if layer is not None:
            geometry = _geometry_behind(layer, geometry)
            field = tuple(min(f, side) for f, side in zip(geometry.field, self._input, strict=True))
            self._rows.append(_row(str(n.target), layer, result, (field[0], field[1])))
        elif n.target is operator.add:
            self._rows.append(replace(self._rows[-1], kind="+ sum", parameters=0))
        if isinstance(result, torch.Tensor) and result.dim() == 4:
            geometry = replace(geometry, size=(result.shape[2], result.shape[3]))
        self._geometries[n] = geometry
        # A module's last operation is its output.
        self.by_module |= dict.fromkeys(n.meta.get("nn_module_stack", ()), geometry)
        return result


def _size(layer: nn.Conv2d | nn.AdaptiveAvgPool2d, maps: torch.Tensor) -> tuple[int, int, int]:
    """Return channels, height and width of the layer's output for maps (B, C, H, W)."""
    if isinstance(layer, nn.AdaptiveAvgPool2d):
        return maps.shape[1], *_pair(layer.output_size)
    padding = ("same", "same") if isinstance(layer, SameConv2d) else _pair(layer.padding)
    window = Window(_pair(layer.kernel_size), _pair(layer.stride), padding, _pair(layer.dilation))
    return layer.out_channels, *window.output_size(_pair(tuple(maps.shape[-2:])))


def _geometry_behind(layer: nn.Module, geometry: Geometry) -> Geometry:
    if isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        dilation = _pair(getattr(layer, "dilation", 1))
        before = _pair(layer.padding)
        if isinstance(layer, SameConv2d):
            (top, _), (left, _) = layer.padding_for(geometry.size)
            before = top, left
        return geometry.through(_pair(layer.kernel_size), _pair(layer.stride), dilation, before)
    if isinstance(layer, nn.AdaptiveAvgPool2d):
        return geometry.shared_out(_pair(layer.output_size))
    if isinstance(layer, nn.Linear):
        return geometry.united()
    return geometry


def _row(name: str, layer: nn.Module, result: torch.Tensor, field: Pair) -> Layer:
    size = tuple(result.shape[1:])
    output = (size[1], size[2], size[0]) if len(size) == 3 else size
    parameters = sum(weight.numel() for weight in layer.parameters())
    return Layer(name, _kind(layer), output, parameters, _multiply_adds(layer, result), field)


def _multiply_adds(layer: nn.Module, result: torch.Tensor) -> int:
    if isinstance(layer, nn.Conv2d):
        return result[0].numel() * math.prod(layer.kernel_size) * layer.in_channels // layer.groups
    return layer.in_features * layer.out_features if isinstance(layer, nn.Linear) else 0


def _kind(layer: nn.Module) -> str:
    if type(layer) in _ELEMENTWISE:
        return f"+ {_ELEMENTWISE[type(layer)]}"
    if isinstance(layer, nn.Conv2d):
        depthwise = "depthwise " if layer.groups == layer.in_channels > 1 else ""
        return f"{depthwise}conv {_times(layer.kernel_size)}{_stride(layer)}{_padding(layer)}"
    if isinstance(layer, nn.MaxPool2d):
        return f"max pool {_times(layer.kernel_size)}"
    if isinstance(layer, nn.AdaptiveAvgPool2d):
        return f"mean pool to {_times(layer.output_size)}"
    return {nn.Linear: "dense", nn.Flatten: "flatten"}.get(type(layer), type(layer).__name__)


def _stride(layer: nn.Conv2d) -> str:
    stride = _pair(layer.stride)[0]
    return f", stride {stride}" if stride > 1 else ""


def _padding(layer: nn.Conv2d) -> str:
    if isinstance(layer, SameConv2d):
        return ", same" if max(_pair(layer.kernel_size)) > 1 else ""
    margin = _pair(layer.padding)[0]
    return f", pad {margin}" if margin else ""


def _pair(value: Any) -> Pair:
    return (value[0], value[1]) if isinstance(value, tuple) else (value, value)


def _times(value: Any) -> str:
    return "×".join(map(str, _pair(value)))

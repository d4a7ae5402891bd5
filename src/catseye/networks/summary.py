"""A network described layer by layer: sizes, parameters, work and receptive field."""

from __future__ import annotations

import copy
import math
import operator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import fx, nn

from catseye.networks.backbones.blocks import SameConv2d
from catseye.networks.tracing import traced

if TYPE_CHECKING:
    from collections.abc import Iterator

Pair = tuple[int, int]
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


@dataclass(frozen=True)
class Summary:
    """A network's layers and totals."""

    network: str
    input: tuple[int, int, int]
    layers: tuple[Layer, ...]

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


@dataclass(frozen=True)
class Sight:
    """What a layer's values see of the input, each pair in rows and columns of it.

    Attributes
    ----------
    field : (int, int)
        Pixels that one value depends on.
    step : (int, int)
        Pixels between what neighbouring values see.
    places : (int, int)
        Height and width of the layer's maps.
    start : (int, int)
        The first pixel that the first value sees; negative where that is padding.
    """

    field: Pair = (1, 1)
    step: Pair = (1, 1)
    places: Pair = (1, 1)
    start: Pair = (0, 0)

    def through(self, kernel: Pair, stride: Pair, dilation: Pair, padding: Pair) -> Sight:
        """Return the sight behind a sliding window (Araujo et al. 2019, doi:10.23915/distill.00021)."""
        field = tuple(f + (k - 1) * d * s for f, k, d, s in zip(self.field, kernel, dilation, self.step, strict=True))
        step = tuple(s * t for s, t in zip(self.step, stride, strict=True))
        start = tuple(first - pad * s for first, pad, s in zip(self.start, padding, self.step, strict=True))
        return Sight((field[0], field[1]), (step[0], step[1]), start=(start[0], start[1]))

    def shared_out(self, bins: Pair) -> Sight:
        """Return the sight of the middle of so many bins, which overlap where the places cannot be shared equally."""
        field, step, start = [], [], []
        for f, s, places, count, first in zip(self.field, self.step, self.places, bins, self.start, strict=True):
            middle = count // 2
            size = -(-(middle + 1) * places // count) - middle * places // count
            field.append(f + (size - 1) * s)
            step.append(s * max(1, -(-(places - size) // max(count - 1, 1))))
            start.append(first + middle * places // count * s - middle * step[-1])  # so that the middle is in its place
        return Sight((field[0], field[1]), (step[0], step[1]), start=(start[0], start[1]))

    def united(self) -> Sight:
        """Return the sight of a value that sums over every place."""
        field = tuple(f + (n - 1) * s for f, n, s in zip(self.field, self.places, self.step, strict=True))
        return Sight((field[0], field[1]), self.step, start=self.start)


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


def sights(network: nn.Module, shape: tuple[int, int, int]) -> dict[str, Sight]:
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
        super().__init__(traced(bare))
        self._rows: list[Layer] = []
        self._sights: dict[fx.Node, Sight] = {}
        self.by_module: dict[str, Sight] = {}
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
        before = [self._sights[node] for node in n.all_input_nodes]
        sight = max(before, key=lambda s: s.field, default=Sight())
        layer = self.module.get_submodule(str(n.target)) if n.op == "call_module" else None
        if layer is not None:
            sight = _sight_behind(layer, sight)
            field = tuple(min(f, side) for f, side in zip(sight.field, self._input, strict=True))
            self._rows.append(_row(str(n.target), layer, result, (field[0], field[1])))
        elif n.target is operator.add:
            self._rows.append(replace(self._rows[-1], kind="+ sum", parameters=0))
        if isinstance(result, torch.Tensor) and result.dim() == 4:
            sight = replace(sight, places=(result.shape[2], result.shape[3]))
        self._sights[n] = sight
        # A module's last operation is its output.
        self.by_module |= dict.fromkeys(n.meta.get("nn_module_stack", ()), sight)
        return result


def _size(layer: nn.Conv2d | nn.AdaptiveAvgPool2d, maps: torch.Tensor) -> tuple[int, int, int]:
    """Return channels, height and width of what the layer makes of maps (B, C, H, W)."""
    if isinstance(layer, nn.AdaptiveAvgPool2d):
        return maps.shape[1], *_pair(layer.output_size)
    windows = zip(
        *(maps.shape[-2:], layer.kernel_size, layer.stride, layer.dilation, _pair(layer.padding)), strict=True
    )
    if isinstance(layer, SameConv2d):
        height, width = (-(-side // stride) for side, _, stride, _, _ in windows)
    else:
        height, width = (
            (side + 2 * pad - d * (kernel - 1) - 1) // stride + 1 for side, kernel, stride, d, pad in windows
        )
    return layer.out_channels, height, width


def _sight_behind(layer: nn.Module, sight: Sight) -> Sight:
    if isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        dilation = _pair(getattr(layer, "dilation", 1))
        margin = layer.margins(*sight.places)[:2] if isinstance(layer, SameConv2d) else _pair(layer.padding)
        return sight.through(_pair(layer.kernel_size), _pair(layer.stride), dilation, margin)
    if isinstance(layer, nn.AdaptiveAvgPool2d):
        return sight.shared_out(_pair(layer.output_size))
    if isinstance(layer, nn.Linear):
        return sight.united()
    return sight


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

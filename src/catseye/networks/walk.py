"""A network's operations one by one, with the size and the receptive field of what each returns."""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import fx, nn

from catseye.networks.backbones.blocks import SameConv2d
from catseye.networks.channel_axes import find_channel_axes
from catseye.networks.definition.modules import SameAvgPool2d, SameMaxPool2d
from catseye.networks.elementwise import ELEMENTWISE
from catseye.networks.functions import (
    CONCATENATIONS,
    MATRIX_PRODUCTS,
    PRODUCTS,
    SUMS,
    is_elementwise,
    keeps_positions,
    read_call,
)
from catseye.networks.geometry import Geometry
from catseye.networks.nodes import find_nodes, name_blocks, name_nodes
from catseye.networks.structure import detached_attributes
from catseye.networks.tracing import trace
from catseye.networks.windows import Pair, Window

if TYPE_CHECKING:
    from collections.abc import Iterator

Join = Literal["sum", "product", "concatenation"]
_Windowed = nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d
_REACH = {"nearest": 0, "bilinear": 1, "bicubic": 2}  # of an upsampling: positions on either side of a value


@dataclass(frozen=True)
class Step:
    """One operation.

    Attributes
    ----------
    name : str
        Of the module, with ``"@2"`` for its second run; of a function the one that the graph has for it.
    layer : nn.Module or str
        What is computed; ``"sum"``, ``"product"`` or ``"concatenation"`` where paths join.
    output : tuple of int
        (C, H, W), or (N,) once the values lie in one row.
    field : (int, int) or None
        Height and width in pixels of what one value depends on; ``None`` if that is not known.
    sources : tuple of int or None
        Numbers of the operations whose results it takes, from 1 in their order; 0 is the picture. ``None`` if that is
        not known.
    inside : tuple of (str, str)
        Names and classes of the modules that it is a part of, the outermost first.
    channels_last : bool or None
        Whether its output is (H, W, C) instead; ``None`` if that is not known.
    block : str
        Name of the innermost module with others inside whose result its output is; ``""`` if there is none.
    """

    name: str
    layer: nn.Module | Join
    output: tuple[int, ...]
    field: Pair | None
    sources: tuple[int, ...] | None = None
    inside: tuple[tuple[str, str], ...] = ()
    channels_last: bool | None = None
    block: str = ""


class Walk(fx.Interpreter):
    """Runs a network operation by operation and notes what each does."""

    def __init__(self, network: nn.Module) -> None:
        # On the meta device sizes are followed without memory or work; the weights themselves are not copied.
        weights = {id(w): nn.Parameter(w.to("meta"), requires_grad=False) for w in network.parameters()}
        buffers = {id(b): b.to("meta") for b in network.buffers()}
        kept = {key: value.to("meta") for key, value in detached_attributes(network).items()}
        bare = copy.deepcopy(network, weights | buffers | kept).eval()
        graph = trace(bare)
        super().__init__(graph)
        self._graph = graph
        self._names, self._blocks, self._axes = name_nodes(graph), name_blocks(graph), find_channel_axes(graph)
        self._steps: list[Step] = []
        self._geometries: dict[fx.Node, Geometry | None] = {}  # None behind what cannot be followed
        self._sources: dict[fx.Node, tuple[int, ...]] = {}
        self.has_products = False  # of matrices, in no step
        self._input: Pair = (1, 1)

    def steps(self, shape: tuple[int, int, int]) -> Iterator[Step]:
        """Yield what is done to pictures of ``shape`` (H, W, C)."""
        height, width, channels = shape
        self._input = height, width
        with torch.no_grad():
            self.run(torch.zeros(1, channels, height, width, device="meta"))
        yield from self._steps

    # Sizes are worked out here where that is simple: to follow a sum, pooling or batch normalisation on the meta
    # device, PyTorch loads its compiler, which takes longer than all else.
    def call_function(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if target in SUMS:
            return next(value for value in args if isinstance(value, torch.Tensor))
        return super().call_function(target, args, kwargs)

    def call_module(self, target: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        layer, values = self.fetch_attr(target), args[0]
        if type(layer) in ELEMENTWISE:
            return values
        if isinstance(layer, nn.Linear):
            return values.new_empty((*values.shape[:-1], layer.out_features))
        if isinstance(layer, nn.Conv2d | nn.AdaptiveAvgPool2d) or (
            isinstance(layer, nn.MaxPool2d | nn.AvgPool2d) and not layer.ceil_mode
        ):
            return values.new_empty((len(values), *_size(layer, values)))
        return super().call_module(target, args, kwargs)

    def run_node(self, n: fx.Node) -> Any:
        if n.op in ("call_function", "call_method") and is_elementwise(n):
            result: Any = self.fetch_args_kwargs_from_env(n)[0][0]
        else:
            result = super().run_node(n)
            self.has_products |= n.op in ("call_function", "call_method") and n.target in MATRIX_PRODUCTS
        before = [self._geometries[node] for node in n.all_input_nodes]
        known = [one for one in before if one]
        geometry = max(known, key=lambda one: one.field, default=Geometry()) if len(known) == len(before) else None
        self._sources[n] = (0,) if n.op == "placeholder" else self._before(n)
        layer = self._layer(n, result)
        if layer is not None:
            geometry = _geometry_behind(layer, geometry, result) if geometry else None
            self._note(n, self._names[n], layer, result, geometry)
        elif n.target in SUMS and len(before) > 1:
            self._note(n, self._name_of_join(n), "sum", result, geometry)
        elif n.target in PRODUCTS and isinstance(result, torch.Tensor) and self._joins(n):
            self._note(n, self._name_of_join(n), "product", result, geometry)
        elif n.target in CONCATENATIONS:
            self._note(n, self._name_of_join(n), "concatenation", result, geometry)
        elif isinstance(result, torch.Tensor) and not keeps_positions(n) and geometry and geometry.size != (1, 1):
            geometry = None
        if geometry and isinstance(result, torch.Tensor) and result.dim() == 4:
            geometry = replace(geometry, size=(result.shape[2], result.shape[3]))
        self._geometries[n] = geometry
        return result

    def geometries(self) -> dict[str, Geometry]:
        """Return what is known of what values see, by every name that stands for them, once the network has run."""
        nodes = find_nodes(self._graph).items()
        return {name: geometry for name, node in nodes if (geometry := self._geometries.get(node))}

    def _layer(self, n: fx.Node, result: object) -> nn.Module | None:
        if n.op == "call_module":
            return self.module.get_submodule(str(n.target))
        if n.op not in ("call_function", "call_method") or not n.args:
            return None
        taken = n.args[0]
        if not isinstance(taken, fx.Node):
            return read_call(n, None, result)
        return read_call(n, self.env.get(taken), result, self._axes[taken] or 1)

    def _note(
        self, n: fx.Node, name: str, layer: nn.Module | Join, result: torch.Tensor, geometry: Geometry | None
    ) -> None:
        rows, columns = geometry.middle_field(as_pair(tuple(result.shape[2:]) or 1)) if geometry else (0, 0)
        field = (min(rows, self._input[0]), min(columns, self._input[1])) if geometry else None
        stack = list(n.meta.get("nn_module_stack", {}).values())
        around = stack[:-1] if n.op == "call_module" else stack
        inside = tuple((called, kind.__name__) for called, kind in around)
        axis = self._axes[n] if result.dim() == 4 else None
        is_last = None if axis is None else axis == 3
        block = self._blocks.get(n, "")
        self._steps.append(Step(name, layer, tuple(result.shape[1:]), field, self._before(n), inside, is_last, block))
        self._sources[n] = (len(self._steps),)

    def _joins(self, n: fx.Node) -> bool:
        """Say whether the node takes results of different operations: not one and a number, or one twice."""
        return len({self._sources[node] for node in n.all_input_nodes if self._sources[node]}) > 1

    def _before(self, n: fx.Node) -> tuple[int, ...]:
        """Return the numbers of the operations whose results the node takes, each once."""
        return tuple(dict.fromkeys(number for node in n.all_input_nodes for number in self._sources[node]))

    def _name_of_join(self, n: fx.Node) -> str:
        return self._blocks.get(n, self._names[n])


def _size(layer: _Windowed | nn.AdaptiveAvgPool2d, maps: torch.Tensor) -> tuple[int, int, int]:
    """Return channels, height and width of the layer's output for maps (B, C, H, W)."""
    if isinstance(layer, nn.AdaptiveAvgPool2d):
        return maps.shape[1], *as_pair(layer.output_size)
    padding = ("same", "same") if _pads_alike(layer) else as_pair(layer.padding)
    window = Window(as_pair(layer.kernel_size), as_pair(layer.stride), padding, _dilation(layer))
    channels = layer.out_channels if isinstance(layer, nn.Conv2d) else maps.shape[1]
    return channels, *window.output_size(as_pair(tuple(maps.shape[-2:])))


def _geometry_behind(layer: nn.Module, geometry: Geometry, result: object) -> Geometry | None:
    if isinstance(layer, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        kernel, stride = as_pair(layer.kernel_size), as_pair(layer.stride)
        dilation = _dilation(layer)
        if _pads_alike(layer):
            window = Window(kernel, stride, ("same", "same"), dilation)
            (top, _), (left, _) = window.padding_for(geometry.size)
            return geometry.through(kernel, stride, dilation, (top, left))
        before = (0, 0) if layer.padding == "valid" else as_pair(layer.padding)
        return geometry.through(kernel, stride, dilation, before)
    if isinstance(layer, nn.AdaptiveAvgPool2d | nn.AdaptiveMaxPool2d):
        return geometry.shared_out(as_pair(layer.output_size))
    if isinstance(layer, nn.Upsample):
        known = isinstance(result, torch.Tensor) and not layer.align_corners
        size = as_pair(tuple(result.shape[-2:])) if isinstance(result, torch.Tensor) else (1, 1)
        return geometry.enlarged(size, _REACH[layer.mode]) if known and layer.mode in _REACH else None
    if isinstance(layer, nn.Linear):
        return geometry.united() if isinstance(result, torch.Tensor) and result.dim() == 2 else None
    return geometry if type(layer) in ELEMENTWISE or isinstance(layer, nn.Flatten) else None


def _pads_alike(layer: _Windowed) -> bool:
    """Say whether the layer pads so that its output has the input's size, divided by the stride."""
    return isinstance(layer, SameConv2d | SameMaxPool2d | SameAvgPool2d) or layer.padding == "same"


def _dilation(layer: _Windowed) -> Pair:
    return as_pair(getattr(layer, "dilation", 1))


def as_pair(value: Any) -> Pair:
    """Return one value for both axes, or the two that are given."""
    return (value[0], value[1]) if isinstance(value, tuple | list) else (value, value)

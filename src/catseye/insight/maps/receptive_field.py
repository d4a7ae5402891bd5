"""Receptive fields: computed from the windows, and measured by which pixels the gradient reaches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from catseye.drawing.answer import Answer
from catseye.insight.maps.one_channel import skeleton
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.layers import function_names, layer_names
from catseye.networks.memory_layout import has_known_layers
from catseye.networks.nodes import split_run
from catseye.networks.probe import Probe
from catseye.networks.summarising import summarise_with_geometries
from catseye.short_repr import ShortRepr, counted
from catseye.system.threads import limit_threads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from catseye.arrays import Pixels
    from catseye.networks.geometry import Geometry
    from catseye.networks.summary import Layer
    from catseye.networks.windows import Pair

_EXACT = torch.float64
_PICTURES = 8  # of noise, for networks without a skeleton


@dataclass(frozen=True, repr=False)
class ReceptiveField(ShortRepr):
    """The receptive field of a layer's middle value.

    Attributes
    ----------
    layer, kind : str
        As in a summary of the network.
    analytic : (int, int) or None
        Rows and columns in pixels that follow from windows, strides and dilations, padding included; ``None`` in a
        network that cannot be followed.
    visible : (int, int) or None
        How many of them lie within the picture.
    corner : (int, int) or None
        The first row and column of these, from 0.
    measured : (int, int)
        Rows and columns from the first to the last that the gradient reaches.
    top, left : int
        The first row and column that it reaches.
    picture : (int, int)
        Rows and columns of the picture.
    estimated : bool
        Whether it was measured on pictures of noise, in all of which a maximum or relu may have hidden pixels.
    """

    layer: str
    kind: str
    analytic: Pair | None
    visible: Pair | None
    corner: Pair | None
    measured: Pair
    top: int
    left: int
    picture: Pair
    estimated: bool = False

    @property
    def cut(self) -> bool:
        """Whether part of the field lies outside the picture."""
        return self.visible != self.analytic

    @property
    def agrees(self) -> bool | None:
        """Whether the measured field equals the analytic one, in size and position; ``None`` if there is none."""
        if self.analytic is None:
            return None
        return (self.measured, (self.top, self.left)) == (self.visible, self.corner)

    def to_json(self) -> dict[str, Any]:
        """Return the field as JSON values."""
        return {
            "layer": self.layer,
            "kind": self.kind,
            "analytic": list(self.analytic) if self.analytic else None,
            "visible": list(self.visible) if self.visible else None,
            "measured": list(self.measured),
            "top": self.top,
            "left": self.left,
            "cut": self.cut,
            "agrees": self.agrees,
            "estimated": self.estimated,
        }


@dataclass(frozen=True, eq=False, repr=False)
class ReceptiveFields(Answer):
    """The receptive fields of a network's layers.

    Attributes
    ----------
    network : str
        What the network is called.
    shape : (int, int, int)
        Height, width and channels of the pictures.
    fields : tuple of ReceptiveField
        One a layer, in the order in which a picture passes them.
    drawn : dict from str to ReceptiveField
        Those worth drawing, by name.
    pixels : uint8 (H, W, C) or None
        The picture that they are drawn on; without one it is an empty frame.
    """

    network: str
    shape: tuple[int, int, int]
    fields: tuple[ReceptiveField, ...]
    drawn: Mapping[str, ReceptiveField]
    pixels: Pixels | None = None

    def __repr__(self) -> str:
        shape = "×".join(map(str, self.shape))
        return f"ReceptiveFields({self.network}, {counted(len(self.fields), 'layer')}, input {shape})"

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        layers = [field.to_json() for field in self.fields]
        return {"network": self.network, "input": list(self.shape), "layers": layers}


def measure_receptive_fields(network: nn.Module, shape: tuple[int, int, int]) -> tuple[ReceptiveField, ...]:
    """Return the receptive field of each layer's middle value, for pictures of ``shape`` (H, W, C).

    It is measured on the network's skeleton: the same layers, connected in the same way, with one channel, positive
    weights, no activations, and means in place of maxima. No path in it cancels or hides another, so that the gradient
    reaches exactly the pixels that the value can depend on. In a trained network the effective field is smaller, and
    different for each picture (Luo et al. 2016, arXiv:1701.04128).

    A skeleton needs to know every layer. A network with layers or steps of somebody else's is measured as it is, on
    pictures of noise: what a maximum or relu hides in all of the pictures is not seen. A layer that runs several times
    has a field for each run.
    """
    summary, geometry = summarise_with_geometries(network, shape)
    layers = _probed(network, summary.layers[1:])
    sides = shape[0], shape[1]
    with limit_threads(1):  # with one channel there is so little to do that sharing it takes six times as long
        if has_known_layers(network) and all(layer.name in geometry for layer in layers):
            try:
                return tuple(_measured(layers, geometry, skeleton(network), torch.ones(1, 1, *sides, dtype=_EXACT)))
            except RuntimeError:  # a layer that does not work with one channel
                pass
    generator = torch.Generator().manual_seed(0)
    noise = torch.rand(_PICTURES, shape[2], *sides, generator=generator)
    fields = _measured(layers, geometry, network, noise)
    return tuple(replace(field, estimated=True) for field in fields)


def _probed(network: nn.Module, layers: Sequence[Layer]) -> list[Layer]:
    """Return the layers whose output is kept: of a backbone those that are modules."""
    known = {*layer_names(network), *(() if isinstance(network, Backbone) else function_names(network))}
    return [layer for layer in layers if split_run(layer.name)[0] in known]


def _measured(
    layers: Sequence[Layer], geometries: Mapping[str, Geometry], network: nn.Module, pictures: torch.Tensor
) -> Iterator[ReceptiveField]:
    pictures.requires_grad_()
    sides = pictures.shape[2], pictures.shape[3]
    probe = Probe(network)
    outputs = probe.layer_outputs(pictures, [layer.name for layer in layers])
    for layer in layers:
        output = outputs[layer.name]
        if not output.requires_grad:  # no gradient passes, as through what is looked up in a table
            continue
        if len(output) == 1 or (layer.kind.startswith("flatten") and layer.name in geometries):
            middle = _middle(output, geometries[layer.name].size)
        else:
            middle = _middles(probe.with_channels_first(layer.name, output))
        (gradient,) = torch.autograd.grad(middle, pictures, retain_graph=True)
        reached = gradient.ne(0).any(0).any(0)
        top, rows = _extent(reached.any(1))
        left, columns = _extent(reached.any(0))
        known = geometries.get(layer.name)
        corner, visible, field = _within(known, sides) if known else (None, None, None)
        yield ReceptiveField(layer.name, layer.kind, field, visible, corner, (rows, columns), top, left, sides)


def _within(geometry: Geometry, sides: Pair) -> tuple[Pair, Pair, Pair]:
    """Return the middle field's first row and column within the picture, how much of it is there, and its size."""
    height, width = geometry.size
    rows, columns = map(_cut, geometry.seen(height // 2, width // 2), sides)
    return (rows[0], columns[0]), (rows[1], columns[1]), geometry.middle_field(geometry.size)


def _cut(seen: Pair, side: int) -> Pair:
    """Return, along an axis, where what is seen begins within the picture, and its length there."""
    first, last = seen
    return max(0, first), min(last + 1, side) - max(0, first)


def choose_fields(network: nn.Module, fields: Sequence[ReceptiveField]) -> dict[str, ReceptiveField]:
    """Return the fields worth drawing, by name: of a backbone's stages, else of every layer with maps."""
    if not isinstance(network, Backbone):
        flat = [name for name, layer in network.named_children() if isinstance(layer, nn.Flatten)]
        names = [field.layer for field in fields]
        end = names.index(flat[0]) if flat else None
        return {field.layer: field for field in fields[:end]}
    names_of = {id(module): name for name, module in network.named_modules()}
    chosen = {}
    for stage, layers in network.stages().items():
        within = [names_of[id(layer)] for layer in layers]
        inside = [f for f in fields if any(f"{f.layer}.".startswith(f"{name}.") for name in within)]
        chosen[stage] = inside[-1]
    return chosen


def _middle(output: torch.Tensor, size: Pair) -> torch.Tensor:
    """Return the sum of all pictures' channels at the middle position, also where the maps are flattened.

    There are several channels only where paths are joined, each of which may see another part of the picture.
    """
    rows, columns = size
    return output.reshape(-1, rows * columns)[:, rows // 2 * columns + columns // 2].sum()


def _middles(outputs: torch.Tensor) -> torch.Tensor:
    """Return the sum of all pictures' and channels' values at the middle position; of outputs without maps, of all."""
    if outputs.dim() != 4:
        return outputs.sum()
    rows, columns = outputs.shape[2:]
    return outputs[:, :, rows // 2, columns // 2].sum()


def _extent(reached: torch.Tensor) -> Pair:
    """Return the first index that is reached, and how many indices there are from it to the last."""
    indices = reached.nonzero().flatten()
    if not len(indices):  # the layer is not used, or is dead for every picture
        return 0, 0
    first = int(indices[0])
    return first, int(indices[-1]) - first + 1

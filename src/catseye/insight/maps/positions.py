"""The receptive fields of the positions in a layer's maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from torch import nn

from catseye.errors import UsageError
from catseye.networks.backbones.backbone import Backbone
from catseye.networks.backbones.timm import TimmNetwork
from catseye.networks.summarising import geometries

if TYPE_CHECKING:
    from catseye.images.preprocess import Preprocess

Pair = tuple[float, float]
Box = tuple[float, float, float, float]


_FEW = 1 / 3  # share of the outermost positions, up to which it says something that a response is there


@dataclass(frozen=True)
class Positions:
    """The positions in a layer's maps, in pixels of the picture; every pair is rows, then columns.

    Attributes
    ----------
    start : (float, float)
        Top and left edge of the first position's receptive field; negative where that is padding.
    step : (float, float)
        Distance between the receptive fields of neighbouring positions.
    field : (float, float)
        Height and width of a receptive field.
    counts : (int, int)
        Height and width of the maps.
    picture : (int, int)
        Height and width of the picture.
    exact : bool
        Whether ``field`` is the receptive field. For networks that cannot be traced operation by operation it is an
        equal share of the picture.
    """

    start: Pair
    step: Pair
    field: Pair
    counts: tuple[int, int]
    picture: tuple[int, int]
    exact: bool

    def check_pooling(self, window: int) -> None:
        """Raise `UsageError` unless the maps can be pooled with a square window of this side."""
        rows, columns = self.counts
        if min(rows, columns) < 2:
            axes = zip(self.picture, self.counts, self.step, strict=True)
            least = "×".join(str(side + max(0, 2 - count) * round(step)) for side, count, step in axes)
            raise UsageError(
                f"the picture is too small: its map of {rows}×{columns} positions cannot be pooled; take one of at "
                f"least {least} pixels, or a layer before this one."
            )
        if not 2 <= window <= min(rows, columns):
            raise UsageError(
                f"pooling of a map of {rows}×{columns} has a window of 2 to {min(rows, columns)}; got {window}."
            )

    def box(self, row: int, column: int) -> Box:
        """Return a position's receptive field as top, left, bottom, right, clipped to the picture."""
        corner = [first + index * step for first, index, step in zip(self.start, (row, column), self.step, strict=True)]
        ends = [low + side for low, side in zip(corner, self.field, strict=True)]
        (top, bottom), (left, right) = (
            (min(max(low, 0.0), side), min(max(high, 0.0), side))
            for low, high, side in zip(corner, ends, self.picture, strict=True)
        )
        return top, left, bottom, right

    def middle(self, row: int, column: int) -> Pair:
        """Return the middle of a position's receptive field, before clipping."""
        (top, left), (rows, columns) = self.start, self.field
        return top + row * self.step[0] + rows / 2, left + column * self.step[1] + columns / 2

    def is_at_edge(self, row: int, column: int) -> bool:
        """Return whether a position is one of the outermost and sees padding, in a map where few positions are.

        Few: at most a third of them. In a smaller map a position there says nothing.
        """
        if self.outermost_share > _FEW:
            return False
        return any(
            (index == 0 and first < 0) or (index == count - 1 and first + index * step + field > side)
            for index, count, first, step, field, side in zip(
                (row, column), self.counts, self.start, self.step, self.field, self.picture, strict=True
            )
        )

    @property
    def outermost_share(self) -> float:
        """The outermost positions, as a share of all."""
        rows, columns = self.counts
        return 1 - max(rows - 2, 0) * max(columns - 2, 0) / (rows * columns)

    def extent(self) -> Box:
        """Return the map's edges, every position around the middle of its field: top, left, bottom, right."""
        edges = [
            first + (field - step) / 2 for first, field, step in zip(self.start, self.field, self.step, strict=True)
        ]
        ends = [edge + count * step for edge, count, step in zip(edges, self.counts, self.step, strict=True)]
        return edges[0], edges[1], ends[0], ends[1]


def locate_positions(network: nn.Module, preprocess: Preprocess, layer: str, counts: tuple[int, int]) -> Positions:
    """Return the positions of a layer's maps (C, *counts)."""
    picture = preprocess.height, preprocess.width
    # Not every network of timm's, or of one's own, can be followed.
    followed = {} if isinstance(network, TimmNetwork) else geometries(network, preprocess.shape)
    if followed and (geometry := followed.get(_module_name(network, layer))):
        return Positions(geometry.start, geometry.step, geometry.field, counts, picture, exact=True)
    share = picture[0] / counts[0], picture[1] / counts[1]
    return Positions((0.0, 0.0), share, share, counts, picture, exact=False)


def _module_name(network: nn.Module, layer: str) -> str:
    """Return the name of the module whose output is the layer's: of a stage, its last."""
    stages = network.stages() if isinstance(network, Backbone) else {}
    if layer not in stages:
        return layer
    every = [module for modules in stages.values() for module in modules]
    # One activation may serve two stages, and is known by its first call; its values see what those before it see.
    own = [module for module in stages[layer] if every.count(module) == 1]
    last = (own or stages[layer])[-1]
    names: dict[object, str] = {module: name for name, module in network.named_modules()}
    return names[last]

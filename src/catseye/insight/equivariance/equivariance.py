"""A feature map of a picture and of the moved picture: how far the second is the first, moved."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.drawing.answer import Answer
from catseye.errors import UsageError
from catseye.images.translation import translate
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Floats, Pixels
    from catseye.insight.maps.positions import Positions

Shift = tuple[int, int]
_MOST_DISTANCES = 17  # of the curves
_PART = 9  # one of so many parts of the side: a shift that is seen, unless told


@dataclass(frozen=True, eq=False, repr=False)
class MovedMap(ShortRepr):
    """A map of a picture, the same map of the moved picture, and the first one moved.

    Attributes
    ----------
    before, after : float64 (H, W)
        The map of the picture, and of the moved picture.
    cells : (int, int)
        Positions by which a map moves, down and right: the shift in steps of the map, rounded.
    whole : bool
        Whether the shift is a whole number of steps, without rounding.
    inside : bool (H, W)
        Positions of ``after`` whose receptive field, like that of their counterpart in ``before``, lies in both
        pictures and holds nothing that came in at the edge: there, equivariance is exact if the shift is ``whole``.
    known : bool
        Whether receptive fields are known; if not, nothing is ``inside``.
    """

    before: Floats
    after: Floats
    cells: Shift
    whole: bool
    inside: np.ndarray[Any, np.dtype[np.bool_]]
    known: bool = True

    @cached_property
    def expected(self) -> Floats:
        """The map of the picture, moved (H, W); NaN where it came from outside."""
        moved = np.full_like(self.before, np.nan)
        to, source = zip(*(_ends(cells) for cells in self.cells), strict=True)
        moved[to] = self.before[source]
        return moved

    @cached_property
    def difference(self) -> Floats:
        """Absolute difference of the moved picture's map from the moved map (H, W); NaN where there is none."""
        difference: Floats = np.abs(self.after - self.expected)
        return difference

    @property
    def largest(self) -> float:
        """Largest absolute response of either map."""
        return float(max(np.abs(self.before).max(), np.abs(self.after).max()))

    @property
    def largest_inside(self) -> float | None:
        """Largest difference inside; ``None`` if no position lies there."""
        return float(self.difference[self.inside].max()) if self.inside.any() else None

    @property
    def largest_at_border(self) -> float | None:
        """Largest difference elsewhere; ``None`` if there is none."""
        border = self.difference[~self.inside & ~np.isnan(self.difference)]
        return float(border.max()) if border.size else None

    def to_json(self) -> dict[str, Any]:
        """Return the comparison, without the maps, as JSON values."""
        return {
            "size": list(self.after.shape),
            "cells": list(self.cells),
            "whole_cells": self.whole,
            "positions_inside": int(self.inside.sum()),
            "largest_response": self.largest,
            "largest_difference_inside": self.largest_inside,
            "largest_difference_at_border": self.largest_at_border,
        }


@dataclass(frozen=True)
class Change(ShortRepr):
    """How much maps change when the picture moves to the right: mean absolute change over mean absolute response.

    Attributes
    ----------
    pixels : int
    map, pooled, global_pooled : float
        Of the map, of the map after max pooling, and of its one largest value.
    """

    pixels: int
    map: float
    pooled: float
    global_pooled: float


@dataclass(frozen=True, eq=False, repr=False)
class Equivariance(Answer):
    """What moves along when a picture is moved.

    Attributes
    ----------
    picture : str
    detector : str
        What makes the map: a kernel, or a channel of a layer.
    shift : (int, int)
        Pixels down and right; negative: up and left.
    pixels, moved_pixels : uint8 (C, H, W)
    map, pooled : MovedMap
        As it is, and after max pooling.
    pool : int
        Side of the pooling's window, and its stride.
    step : (float, float)
        Pixels between neighbouring positions of the map.
    changes : tuple of Change
        By distance, from 0.
    predictions : tuple of str
        What a classifier says of either picture, if one is asked.
    notes : tuple of str
    """

    picture: str
    detector: str
    shift: Shift
    pixels: Pixels
    moved_pixels: Pixels
    map: MovedMap
    pooled: MovedMap
    pool: int
    step: tuple[float, float]
    changes: tuple[Change, ...]
    predictions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        down, right = self.shift
        return f"Equivariance({self.detector}: {self.picture} moved {down} down, {right} right)"

    def to_json(self) -> dict[str, Any]:
        """Return the numbers, without pictures and maps, as JSON values."""
        return {
            "picture": self.picture,
            "detector": self.detector,
            "shift": list(self.shift),
            "step": list(self.step),
            "pool": self.pool,
            "map": self.map.to_json(),
            "pooled": self.pooled.to_json(),
            "changes": [dict(vars(change)) for change in self.changes],
            "predictions": list(self.predictions),
        }


def choose_shift(positions: Positions, pool: int = 1) -> Shift:
    """Return a shift that is seen, about a ninth of the side: a whole number of steps, of the pooled map as well.

    Where that would leave less than half of the picture, it is a whole number of the map's steps only.
    """
    down, right = (
        _seen(side, pool * step if 0 < pool * step <= side / 2 else step)
        for side, step in zip(positions.picture, positions.step, strict=True)
    )
    return down, right


def _seen(side: int, step: float) -> int:
    return round(max(1, round(side / _PART / step)) * step)


def check_shift(shift: Shift, picture: tuple[int, int], notes: tuple[str, ...] = ()) -> None:
    """Raise `UsageError` unless a picture (H, W) moved so far still shows some of itself, somewhere else."""
    if shift == (0, 0) or any(abs(moved) >= side for moved, side in zip(shift, picture, strict=True)):
        height, width = picture
        limits = f"by up to {height - 1} pixels down or up and {width - 1} right or left"
        raise UsageError(
            " ".join(
                (f"a picture of {height}×{width} moves {limits}, by at least 1; got {shift[0]}, {shift[1]}.", *notes)
            )
        )


def compare_moved(
    respond: Callable[[Pixels], Floats],
    pixels: Pixels,
    positions: Positions,
    shift: Shift,
    pool: int,
    **described: Any,
) -> Equivariance:
    """Return how a map, and the pooled map, move along with a picture.

    Parameters
    ----------
    respond
        From pictures uint8 (B, C, H, W) to one map each, float (B, h, w).
    pixels
        The picture uint8 (C, H, W). What comes in when it moves has the median colour of its edge.
    positions
        Where the positions of the map lie in the picture.
    shift
        Pixels down and right.
    pool
        Side of the max pooling's window, at least 2.
    described
        Further fields of :class:`Equivariance`.

    Raises
    ------
    UsageError
        The shift leaves nothing of the picture, or the window does not fit into the map.
    """
    check_shift(shift, (pixels.shape[1], pixels.shape[2]), described.get("notes", ()))
    positions.check_pooling(pool)
    step = round(positions.step[1]) or 1
    reach = min(2 * pool * step, pixels.shape[2] - 1)
    distances = sorted({round(reach * number / (_MOST_DISTANCES - 1)) for number in range(_MOST_DISTANCES)})
    moved = [translate(pixels[None], *shift), *(translate(pixels[None], 0, right) for right in distances)]
    maps = respond(np.concatenate([pixels[None], *moved])).astype(np.float64)
    pooled = max_pool(maps, pool)
    return Equivariance(
        shift=shift,
        pixels=pixels,
        moved_pixels=moved[0][0],
        map=_moved_map(maps, positions, shift, 1),
        pooled=_moved_map(pooled, positions, shift, pool),
        pool=pool,
        step=positions.step,
        changes=tuple(
            Change(right, *(_change(one[0], one[2 + at]) for one in (maps, pooled, maps.max((1, 2)))))
            for at, right in enumerate(distances)
        ),
        **described,
    )


def max_pool(maps: Floats, side: int) -> Floats:
    """Return maps (B, H, W) after max pooling with windows of ``side`` that do not overlap; what is over is left."""
    count, height, width = maps.shape
    rows, columns = height // side, width // side
    cut = maps[:, : rows * side, : columns * side].reshape(count, rows, side, columns, side)
    largest: Floats = cut.max((2, 4))
    return largest


def _moved_map(maps: Floats, positions: Positions, shift: Shift, pool: int) -> MovedMap:
    steps = [pool * step for step in positions.step]
    apart = [moved / step for moved, step in zip(shift, steps, strict=True)]
    down, right = (round(cells) for cells in apart)
    axes = zip(positions.start, positions.step, positions.field, positions.picture, shift, (down, right), strict=True)
    rows, columns = (
        _inside_along(count, first, step, field + (pool - 1) * step, pool, side, moved, cells)
        for count, (first, step, field, side, moved, cells) in zip(maps.shape[1:], axes, strict=True)
    )
    inside = rows[:, None] & columns & positions.exact
    whole = all(cells == round(cells) for cells in apart)
    return MovedMap(maps[0], maps[1], (down, right), whole, inside, positions.exact)


def _inside_along(
    count: int, first: float, step: float, field: float, pool: int, side: int, moved: int, cells: int
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return which positions of an axis see only what is in both pictures (count,)."""
    index = np.arange(count)
    start = first + index * pool * step
    source = start - cells * pool * step
    low, high = max(0, moved), side + min(0, moved)
    inside = (start >= low) & (start + field <= high) & (source >= 0) & (source + field <= side)
    return inside & (index >= cells) & (index - cells < count)


def _change(before: Any, after: Any) -> float:
    size = float(np.abs(before).mean())
    return float(np.abs(after - before).mean()) / size if size else 0.0


def _ends(cells: int) -> tuple[slice, slice]:
    """Return where along an axis something moved by so many cells ends up, and where it came from."""
    if cells >= 0:
        return slice(cells, None), slice(None, -cells or None)
    return slice(None, cells), slice(-cells, None)

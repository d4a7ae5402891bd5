"""A diagram laid out on a page of 16:9: as fine as stays legible."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH
from catseye.networks.diagram.boxes import PathBox
from catseye.networks.diagram.grouping import BRANCHED, group
from catseye.networks.diagram.ladder import read_ladder
from catseye.networks.diagram.outline import Block, Branches
from catseye.networks.diagram.scale import Scale
from catseye.networks.diagram.shapes import Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from catseye.networks.diagram.outline import Item, Items
    from catseye.networks.diagram.shapes import Shape

HEADING, FOOTING, SIDE = 1.05, 0.85, 0.4  # inches above and below the drawing, and beside it
_ROW_GAP = 0.45  # inches between two rows
_TALLEST = {1: 3.0, 2: 1.6}  # inches of the tallest block, by the number of rows
_THICKEST = 1.0  # inches
_USUAL_CHANNELS = 32  # below which a block is not as thick as that: a picture is a sheet
_LOWERED, _THINNED = (1.0, 0.8, 0.65, 0.5, 0.4, 0.3, 0.2), (1.0, 0.7, 0.45, 0.3)  # of blocks, until they fit
_LOWEST = (0.5, 0.2)  # of blocks: smaller words are better than very small blocks
_GAPS = (0.9, 0.7, 0.55, 0.42, 0.32)  # inches of the shortest arrow
_FINEST = ((1, 13), (1, 12), (1, 11))  # rows, and points of the type, if every layer is to be drawn by itself
_LEGIBLE = (*_FINEST, (1, 10), (2, 12), (2, 11), (2, 10), (1, 9), (2, 9))
_ENLARGED = 1.2  # by which a page grows on which the coarsest drawing has no room
_MOST_ENLARGED = 60


@dataclass(frozen=True)
class Layout:
    """A diagram on its page.

    Attributes
    ----------
    shapes : tuple of Shape
    items : tuple of Block, Branches or Repetition
        What is drawn.
    width, height : float
        Inches of the page.
    """

    shapes: tuple[Shape, ...]
    items: Items
    width: float
    height: float


def lay_out(items: Items) -> Layout:
    """Return the finest drawing of a network that fits on a slide with legible words."""
    coarsest = items
    for level, coarsest in enumerate(group(items)):
        for lowest, (rows, points) in product(_LOWEST, _LEGIBLE if level else _FINEST):
            found = _fitting(coarsest, rows, points, PAGE_WIDTH, PAGE_HEIGHT, lowest)
            if found:
                return found
        if level == BRANCHED and any(isinstance(item, Branches) and read_ladder(item) for item in coarsest):
            # As one block a U-Net would say nothing: a page a little larger is better.
            for factor in (_ENLARGED, _ENLARGED**2):
                found = _fitting(coarsest, 1, _LEGIBLE[-1][1], factor * PAGE_WIDTH, factor * PAGE_HEIGHT)
                if found:
                    return found
    width, height = PAGE_WIDTH, PAGE_HEIGHT
    for _ in range(_MOST_ENLARGED):
        width, height = _ENLARGED * width, _ENLARGED * height
        for rows in (2, 1):
            found = _fitting(coarsest, rows, _LEGIBLE[-1][1], width, height)
            if found:
                return found
    raise ValueError("the network is too large to be drawn.")


def every_item(items: Items) -> Iterator[Item]:
    """Yield items with all that is in them."""
    for item in items:
        yield item
        inner = () if isinstance(item, Block) else item.paths if isinstance(item, Branches) else (item.items,)
        for path in inner:
            yield from every_item(path)


def _fitting(items: Items, rows: int, points: float, width: float, height: float, lowest: float = 0.0) -> Layout | None:
    """Return the drawing with the largest blocks and longest arrows that fits, if any."""
    room = width - 2 * SIDE, height - HEADING - FOOTING
    if len(items) < 2 * rows or len(items) * 0.4 > rows * room[0]:
        return None
    heights = [lowered for lowered in _LOWERED if lowered >= lowest]
    smallest = _scale(items, rows, points, (heights[-1], _THINNED[-1]), _GAPS[-1], stacked=True)
    if not _fits(_rows(items, rows, smallest), room):
        return None
    for stacked, lowered, thinned in product((False, True), heights, _THINNED):
        shrunk = lowered, min(thinned, lowered + 0.3)
        if not _fits(_rows(items, rows, _scale(items, rows, points, shrunk, _GAPS[-1], stacked)), room):
            continue
        for gap in _GAPS:
            paths = _rows(items, rows, _scale(items, rows, points, shrunk, gap, stacked))
            if _fits(paths, room):
                return Layout(tuple(_place(paths, width, height)), items, width, height)
    return None


def _scale(items: Items, rows: int, points: float, shrunk: tuple[float, float], gap: float, stacked: bool) -> Scale:
    outputs = [item.output for item in every_item(items)]
    maps = [output for output in outputs if len(output) == 3]
    tallest, thickest = shrunk[0] * _TALLEST[rows], shrunk[1] * _THICKEST
    sides = max((max(output[:2]) for output in maps), default=1)
    channels = max([_USUAL_CHANNELS, *(output[2] for output in maps)])
    values = max((math.prod(output) for output in outputs if len(output) != 3), default=1)
    return Scale(points, tallest / sides**0.5, thickest / channels**0.5, 0.9 * tallest / values**0.25, gap, stacked)


def _rows(items: Items, rows: int, scale: Scale) -> list[PathBox]:
    """Return the items in one or two rows of about the same length."""
    if rows == 1:
        return [PathBox(items, scale, tail=True)]
    breaks = range(1, len(items))
    widths = [PathBox((item,), scale, tail=True).width for item in items]
    best = min(breaks, key=lambda at: max(sum(widths[:at]), sum(widths[at:])))
    return [PathBox(items[:best], scale, tail=True), PathBox(items[best:], scale, tail=True)]


def _fits(paths: Sequence[PathBox], room: tuple[float, float]) -> bool:
    height = sum(path.up + path.down for path in paths) + (len(paths) - 1) * _ROW_GAP
    beside = 0.6 if len(paths) > 1 else 0.0  # for the line from row to row
    return max(path.width for path in paths) + beside <= room[0] and height <= room[1]


def _place(paths: Sequence[PathBox], width: float, height: float) -> Iterator[Shape]:
    used = sum(path.up + path.down for path in paths) + (len(paths) - 1) * _ROW_GAP
    top = HEADING + (height - HEADING - FOOTING - used) / 2
    longest = max(path.width for path in paths)
    left = (width - longest) / 2
    end: tuple[float, float] | None = None
    for path in paths:
        middle = top + path.up
        if end:
            between = top - _ROW_GAP / 2
            right = left + longest + 0.2
            corners = (end, (right, end[1]), (right, between), (left - 0.3, between), (left - 0.3, middle))
            yield Line((*corners, (left + path.entry, middle)), arrow=True)
        yield from path.place(left, middle, 0.0)
        end = left + path.width, middle
        top += path.up + path.down + _ROW_GAP

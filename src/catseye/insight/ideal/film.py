"""Ideal pictures as a film: how they grow out of noise; a slide of 16:9."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH, make_canvas, put_picture
from catseye.drawing.film import encode_film, frame_of
from catseye.drawing.labels import fit_text
from catseye.drawing.mark import write_marked
from catseye.drawing.style import styled
from catseye.drawing.tiles import MARGIN, lay_out_tiles
from catseye.insight.ideal.figure import heading, shape_of, shown_response, step_name, write_heading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL import Image

    from catseye.insight.ideal.ascent import Ideal

_SIDES = (1.7, 6.0)  # inches: the least and the largest width of a picture
_ABOVE, _WORDS = 0.55, 0.62  # inches: of the heading, and of the words above a picture
_SIZE, _SIZE_OF_MANY, _SMALLEST = 16.0, 12.0, 9.0  # points
_FEW = 3  # pictures up to which words have the larger size
_GROWING, _LAST = 3500, 2000  # milliseconds: of all frames but the last, and of that
_SHORTEST, _LONGEST = 50, 250  # milliseconds of a frame
_COLOURS = 128  # of the palette
_MOST_FRAMES = 24


def write_film(path: Path, ideals: Sequence[Ideal], classifier: str = "the classifier") -> None:
    """Write an animated GIF, completely or not at all: three to six seconds, of which the last frame has two."""
    steps = sorted(set().union(*(ideal.film for ideal in ideals)))
    every = -(-len(steps) // _MOST_FRAMES)
    steps = steps[::-every][::-1]  # the last one is always there
    with styled():
        frames = [_frame(ideals, classifier, step) for step in steps]
    each = min(_LONGEST, max(_SHORTEST, _GROWING // max(1, len(frames) - 1)))
    write_marked(path, encode_film(frames, each, _LAST, _COLOURS))


def _frame(ideals: Sequence[Ideal], classifier: str, step: int) -> Image.Image:
    """Return all pictures as they are after so many steps, or at their end where that comes earlier."""
    size = _SIZE if len(ideals) <= _FEW else _SIZE_OF_MANY
    shape = max(shape_of(ideal.seen(ideal.picture)) for ideal in ideals)
    tiles = lay_out_tiles(len(ideals), shape, above=_ABOVE, caption=_WORDS, sides=_SIDES)
    figure, axes = make_canvas(PAGE_WIDTH, max(PAGE_HEIGHT, 2 * MARGIN + _ABOVE + tiles.height))
    write_heading(axes, heading(ideals, classifier))
    start = (PAGE_WIDTH - tiles.width) / 2
    for number, ideal in enumerate(ideals):
        left, top = tiles.corner(number)
        left, top = start + left, MARGIN + _ABOVE + top
        at = max((taken for taken in ideal.film if taken <= step), default=min(ideal.film))
        picture = ideal.film[at]
        name = fit_text(ideal.target.name, tiles.wide, size, smallest=_SMALLEST)
        words = f"{name.text}\n{step_name(ideal, at)}: {shown_response(ideal, ideal.target.response(picture))}"
        axes.text(left, top, words, va="top", fontsize=name.size, linespacing=1.15)
        shown = np.ascontiguousarray(ideal.seen(picture).transpose(2, 0, 1))
        put_picture(axes, shown, left, top + _WORDS, tiles.wide, tiles.tall)
    return frame_of(figure)

"""Ideal pictures as a film: how they grow out of noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from catseye.drawing.film import encode_film, frame_of
from catseye.drawing.labels import fit_text
from catseye.drawing.mark import write_marked
from catseye.drawing.picture import draw_picture
from catseye.drawing.style import styled
from catseye.insight.ideal.figure import shown_response

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL import Image

    from catseye.insight.ideal.ascent import Ideal

_SIDE, _SIDE_OF_MANY = 4.4, 2.4  # inches of a picture: alone, or of several
_MOST_COLUMNS = 5
_MARGIN, _WORDS = 0.1, 0.62  # inches: around a picture, and of the words above it
_SIZE, _SIZE_OF_MANY, _SMALLEST = 14.0, 10.0, 7.0  # points
_GROWING, _LAST = 3500, 2000  # milliseconds: of all frames but the last, and of that
_SHORTEST, _LONGEST = 50, 200  # milliseconds of a frame
_COLOURS, _DOTS = 255, 100  # of the palette; an inch


def write_film(path: Path, ideals: Sequence[Ideal]) -> None:
    """Write an animated GIF, completely or not at all: three to six seconds, of which the last frame has two."""
    steps = sorted(set().union(*(ideal.film for ideal in ideals)))
    with styled():
        frames = [_frame(ideals, step) for step in steps]
    each = min(_LONGEST, max(_SHORTEST, _GROWING // max(1, len(frames) - 1)))
    write_marked(path, encode_film(frames, each, _LAST, _COLOURS))


def _frame(ideals: Sequence[Ideal], step: int) -> Image.Image:
    """Return all pictures as they are after so many steps, or at their end where that comes earlier."""
    many = len(ideals) > 1
    side, size = (_SIDE_OF_MANY, _SIZE_OF_MANY) if many else (_SIDE, _SIZE)
    columns = min(len(ideals), _MOST_COLUMNS)
    rows = -(-len(ideals) // columns)
    width, height = columns * (side + _MARGIN) + _MARGIN, rows * (side + _WORDS) + _MARGIN
    figure = Figure((width, height))
    for number, ideal in enumerate(ideals):
        row, column = divmod(number, columns)
        left, bottom = _MARGIN + column * (side + _MARGIN), height - (row + 1) * (side + _WORDS)
        axes = figure.add_axes((left / width, bottom / height, side / width, side / height))
        at = max(taken for taken in ideal.film if taken <= step)
        picture = ideal.film[at]
        draw_picture(axes, picture)
        name = fit_text(ideal.target.name, side, size, smallest=_SMALLEST)
        response = shown_response(ideal, ideal.target.response(picture))
        words = f"{name.text}\nstep {at}: {response}"
        top = (bottom + side + 0.08) / height
        figure.text(left / width, top, words, va="bottom", fontsize=name.size, linespacing=1.15)
    return frame_of(figure, _DOTS)

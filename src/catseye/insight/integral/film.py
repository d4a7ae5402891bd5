"""Convolution as an integral, as a film: g slides over f, and the result grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from catseye.drawing.film import encode_film, frame_of
from catseye.drawing.labels import fit_text
from catseye.drawing.mark import write_marked
from catseye.drawing.numbers import exact
from catseye.drawing.style import BLUE, ORANGE, styled
from catseye.insight.integral.figure import GREEN, draw_moment, draw_result

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from catseye.insight.integral.integral import SlidingIntegral

FRAMES = 49
_WIDTH, _HEIGHT = 10.6, 6.0  # inches
_SIZE, _SMALLEST = 13.0, 8.0  # points
_MILLISECONDS, _LONGEST, _LAST = 110, 700, 2500  # of a frame, of one where there are few, and of the last
_COLOURS = 32
_KEPT = (BLUE, ORANGE, GREEN)  # of thin lines, which a small palette would mix


def write_film(path: Path, integral: SlidingIntegral) -> None:
    """Write an animated GIF of about eight seconds, whole or not at all."""
    places = choose_places(integral)
    with styled():
        frames = [_frame(integral, x) for x in places]
    write_marked(
        path, encode_film(frames, min(_LONGEST, _MILLISECONDS * FRAMES // len(frames)), _LAST, _COLOURS, _KEPT)
    )


def choose_places(integral: SlidingIntegral) -> list[float]:
    """Return the x of the frames, evenly spread; of lists, whole ones."""
    low, high = integral.range
    if integral.discrete:
        whole = integral.whole_x
        return [float(x) for x in whole[:: -(-len(whole) // FRAMES)]]
    return [round(low + (high - low) * number / (FRAMES - 1), 2) for number in range(FRAMES)]


def _frame(integral: SlidingIntegral, x: float) -> Image.Image:
    figure = Figure((_WIDTH, _HEIGHT))
    top, bottom = figure.subplots(2, 1)
    figure.subplots_adjust(left=0.11, right=0.97, top=0.84, bottom=0.09, hspace=0.42)
    title = fit_text(f"{integral.title}: {integral.formula}", _WIDTH - 0.3, _SIZE, smallest=_SMALLEST)
    figure.text(0.5, 0.985, title.text, ha="center", va="top", fontsize=title.size)
    draw_moment(top, integral, x)
    handles, labels = top.get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper center", bbox_to_anchor=(0.5, 0.955), ncols=2, frameon=False, fontsize=11)
    draw_result(bottom, integral, x, [x])
    total = "sum of the products" if integral.discrete else "area of the product"
    bottom.set_title(f"x = {exact(round(x, 2))}: {total} {exact(round(integral.at(x), 3))}", fontsize=_SIZE)
    return frame_of(figure)

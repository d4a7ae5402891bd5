"""Many predictions on one slide: each picture above its most probable class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from catseye.classifier.predictions_heading import MARGIN, Heading, caption, draw_framed, frame_colour
from catseye.classifier.shown import read_shown
from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH, make_canvas
from catseye.drawing.labels import cut_text, fit_text, text_width
from catseye.drawing.numbers import percent
from catseye.drawing.style import BLUE, ORANGE
from catseye.errors import PictureError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.classifier.prediction import Prediction

ON_SLIDE = 40  # pictures whose words can be read when the slide is projected
_MOST_ABREAST = 8
_GAP = 0.2  # inches between tiles
_NAME, _BAR, _LABEL = 0.19, 0.21, 0.19  # inches: lines of the picture's name, its class and its label
_SIZE, _SMALLEST = 9.0, 8.0  # points


def draw_sheet(answers: Sequence[Prediction | PictureError], title: str) -> Figure:
    """Return a slide of 16:9 with up to 40 answers in equal tiles."""
    labelled = any(frame_colour(answer) for answer in answers)
    heading = Heading(title, PAGE_WIDTH, answers)
    rows = -(-len(answers) // _MOST_ABREAST)
    columns = -(-len(answers) // rows)
    width = (PAGE_WIDTH - 2 * MARGIN + _GAP) / columns - _GAP
    height = (PAGE_HEIGHT - heading.height - MARGIN + _GAP) / rows - _GAP
    figure, axes = make_canvas(PAGE_WIDTH, PAGE_HEIGHT)
    heading.draw(axes)
    for number, answer in enumerate(answers):
        row, column = divmod(number, columns)
        left, top = MARGIN + column * (width + _GAP), heading.height + row * (height + _GAP)
        _draw_tile(axes, answer, (left, top), (width, height), labelled=labelled)
    return figure


def _draw_tile(
    axes: Axes,
    answer: Prediction | PictureError,
    corner: tuple[float, float],
    room: tuple[float, float],
    *,
    labelled: bool,
) -> None:
    (left, top), (width, height) = corner, room
    name = cut_text(caption(answer), width, _SIZE, tail=True)
    axes.text(left, top + 0.13, name, va="baseline", fontsize=_SIZE, alpha=0.75)
    top += _NAME
    if isinstance(answer, PictureError):
        said = fit_text(answer.reason, width, _SIZE, lines=4, smallest=_SMALLEST)
        axes.text(left, top, said.text, va="top", fontsize=said.size)
        return
    side = height - _NAME - _BAR - 0.05 - (_LABEL if labelled else 0)
    pixels = read_shown(answer.shown)
    if pixels is not None:
        draw_framed(axes, pixels, frame_colour(answer), left, top, (width, side))
    top += side + 0.05
    _draw_bar(axes, answer, left, top, width)
    if frame_colour(answer) == ORANGE:
        known = cut_text(f"labelled {answer.true_class}", width, _SIZE)
        axes.text(left, top + _BAR + 0.15, known, va="baseline", fontsize=_SIZE, color=ORANGE)


def _draw_bar(axes: Axes, answer: Prediction, left: float, top: float, width: float) -> None:
    """Draw the most probable class on a bar as long as its probability."""
    axes.add_patch(Rectangle((left, top), width, _BAR, facecolor="0.95", linewidth=0))
    share = max(answer.probability * width, 0.01)
    axes.add_patch(Rectangle((left, top), share, _BAR, facecolor=BLUE, alpha=0.35, linewidth=0))
    number = percent(answer.probability)
    words = cut_text(answer.class_name, width - text_width(number, _SIZE) - 0.18, _SIZE)
    axes.text(left + 0.05, top + 0.15, words, va="baseline", fontsize=_SIZE)
    axes.text(left + width - 0.05, top + 0.15, number, va="baseline", ha="right", fontsize=_SIZE)

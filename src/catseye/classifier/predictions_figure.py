"""Several predictions as a figure: each picture beside its most probable classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from catseye.classifier.predictions_heading import MARGIN, Heading, caption, draw_framed, frame_colour
from catseye.classifier.predictions_sheet import ON_SLIDE, draw_sheet
from catseye.classifier.shown import read_shown
from catseye.drawing.canvas import make_canvas
from catseye.drawing.labels import cut_text, fit_text, text_width
from catseye.drawing.numbers import percent
from catseye.drawing.style import BLUE, ORANGE
from catseye.errors import PictureError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.classifier.prediction import Prediction


_MOST = 9  # pictures with several bars each; more are a slide of tiles
_COLUMNS = 3
_PICTURE, _BARS, _GAP = 1.3, 2.6, 0.3  # inches
_NAME, _BAR, _BETWEEN = 0.3, 0.34, 0.08  # inches: of the picture's name, of a bar, between two
_SIZE, _SMALLEST = 10.5, 9.0  # points
_CLASSES = 3
_ROW = _NAME + _PICTURE + _GAP


def draw_predictions(answers: Sequence[Prediction | PictureError], title: str) -> Figure:
    """Return the figure of the first 40 answers, at least one; of a broken picture it says why it has none.

    Up to nine pictures are beside their three most probable classes; more are above the most probable one.
    """
    more = f"; the first {ON_SLIDE} are shown" if len(answers) > ON_SLIDE else ""
    if len(answers) > _MOST:
        return draw_sheet(answers[:ON_SLIDE], f"{title}{more}")
    columns = min(len(answers), _COLUMNS)
    rows = -(-len(answers) // columns)
    cell = _PICTURE + 0.15 + _BARS + _GAP
    width = 2 * MARGIN + columns * cell - _GAP
    heading = Heading(title, width, answers)
    figure, axes = make_canvas(width, heading.height + rows * _ROW - _GAP + MARGIN)
    heading.draw(axes)
    for number, answer in enumerate(answers):
        row, column = divmod(number, columns)
        _draw_answer(axes, answer, MARGIN + column * cell, heading.height + row * _ROW)
    return figure


def _draw_answer(axes: Axes, answer: Prediction | PictureError, left: float, top: float) -> None:
    true_class = None if isinstance(answer, PictureError) else answer.true_class
    room = _PICTURE + 0.15 + _BARS
    if true_class is not None:
        known = cut_text(f"labelled {true_class}", room / 2, _SIZE)
        room -= text_width(known, _SIZE) + 0.15
        edge, colour = (
            left + _PICTURE + 0.15 + _BARS,
            {"color": ORANGE} if frame_colour(answer) == ORANGE else {"alpha": 0.75},
        )
        axes.text(edge, top + 0.2, known, ha="right", va="baseline", fontsize=_SIZE, **colour)
    name = cut_text(caption(answer), room, _SIZE, tail=True)
    axes.text(left, top + 0.2, name, va="baseline", fontsize=_SIZE, alpha=0.75)
    top += _NAME
    pixels = None if isinstance(answer, PictureError) else read_shown(answer.shown)
    if pixels is not None:
        draw_framed(axes, pixels, frame_colour(answer), left, top, (_PICTURE, _PICTURE))
        left += _PICTURE + 0.15
    if isinstance(answer, PictureError):
        said = fit_text(answer.reason, _PICTURE + _BARS, _SIZE, lines=4, smallest=_SMALLEST)
        axes.text(left, top, said.text, va="top", fontsize=said.size)
        return
    for place, (class_name, share) in enumerate(answer.top(_CLASSES)):
        _draw_bar(axes, class_name, share, left, top + place * (_BAR + _BETWEEN))


def _draw_bar(axes: Axes, name: str, share: float, left: float, top: float) -> None:
    """Draw a probability as a bar from 0 to 1 with the class's name and the number on it."""
    axes.add_patch(Rectangle((left, top), _BARS, _BAR, facecolor="0.95", linewidth=0))
    axes.add_patch(Rectangle((left, top), max(share * _BARS, 0.01), _BAR, facecolor=BLUE, alpha=0.35, linewidth=0))
    number = percent(share)
    room = _BARS - text_width(number, _SIZE) - 0.25
    middle = top + _BAR / 2 + 0.055  # where the letters' baseline makes them look centred
    axes.text(left + 0.07, middle, cut_text(name, room, _SIZE), va="baseline", fontsize=_SIZE)
    axes.text(left + _BARS - 0.07, middle, number, va="baseline", ha="right", fontsize=_SIZE)

"""Several predictions as a figure: each picture beside its most probable classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.patches import Rectangle

from catseye.classifier.prediction import Prediction
from catseye.classifier.shown import read_shown
from catseye.drawing.canvas import make_canvas, put_picture
from catseye.drawing.labels import cut_text, fit_text, text_width
from catseye.drawing.numbers import percent
from catseye.drawing.style import BLUE, ORANGE
from catseye.errors import PictureError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.arrays import Pixels

MOST = 30  # pictures; a longer list is for a table
_COLUMNS = 3
_PICTURE, _BARS, _GAP, _MARGIN = 1.3, 2.6, 0.3, 0.25  # inches
_NAME, _BAR, _BETWEEN = 0.3, 0.34, 0.08  # inches: of the picture's name, of a bar, between two
_SIZE, _SMALLEST, _TITLE = 10.5, 9.0, 12.0  # points
_CLASSES = 3
_ROW = _NAME + _PICTURE + _GAP


def draw_predictions(answers: Sequence[Prediction | PictureError], title: str) -> Figure:
    """Return the figure of the first 30 answers, at least one; of a broken picture it says why it has none."""
    shown = answers[:MOST]
    columns = min(len(shown), _COLUMNS)
    rows = -(-len(shown) // columns)
    cell = _PICTURE + 0.15 + _BARS + _GAP
    width = 2 * _MARGIN + columns * cell - _GAP
    more = f"; the first {MOST} are shown" if len(answers) > MOST else ""
    heading = fit_text(f"{title}{more}", width - 2 * _MARGIN, _TITLE, lines=2, smallest=_SIZE, bold=True)
    above = _MARGIN + 0.26 * (1 + heading.text.count("\n")) + 0.1
    figure, axes = make_canvas(width, above + rows * _ROW - _GAP + _MARGIN)
    axes.text(_MARGIN, _MARGIN, heading.text, va="top", fontsize=heading.size, fontweight="bold")
    for number, answer in enumerate(shown):
        row, column = divmod(number, columns)
        _draw_answer(axes, answer, _MARGIN + column * cell, above + row * _ROW)
    return figure


def _draw_answer(axes: Axes, answer: Prediction | PictureError, left: float, top: float) -> None:
    true_class = None if isinstance(answer, PictureError) else answer.true_class
    room = _PICTURE + 0.15 + _BARS
    if true_class is not None:
        wrong = isinstance(answer, Prediction) and true_class != answer.class_name
        known = cut_text(f"labelled {true_class}", room / 2, _SIZE)
        room -= text_width(known, _SIZE) + 0.15
        edge, colour = left + _PICTURE + 0.15 + _BARS, {"color": ORANGE} if wrong else {"alpha": 0.75}
        axes.text(edge, top + 0.2, known, ha="right", va="baseline", fontsize=_SIZE, **colour)
    name = cut_text(answer.picture, room, _SIZE, tail=True)
    axes.text(left, top + 0.2, name, va="baseline", fontsize=_SIZE, alpha=0.75)
    top += _NAME
    pixels = None if isinstance(answer, PictureError) else read_shown(answer.shown)
    if pixels is not None:
        _draw_pixels(axes, pixels, left, top)
        left += _PICTURE + 0.15
    if isinstance(answer, PictureError):
        said = fit_text(answer.reason, _PICTURE + _BARS, _SIZE, lines=4, smallest=_SMALLEST)
        axes.text(left, top, said.text, va="top", fontsize=said.size)
        return
    for place, (class_name, share) in enumerate(answer.top(_CLASSES)):
        _draw_bar(axes, class_name, share, left, top + place * (_BAR + _BETWEEN))


def _draw_pixels(axes: Axes, pixels: Pixels, left: float, top: float) -> None:
    """Draw a picture into the middle of its place, as large as it fits."""
    scale = _PICTURE / max(pixels.shape[:2])
    height, width = scale * pixels.shape[0], scale * pixels.shape[1]
    put_picture(axes, pixels.transpose(2, 0, 1), left + (_PICTURE - width) / 2, top, width, height)


def _draw_bar(axes: Axes, name: str, share: float, left: float, top: float) -> None:
    """Draw a probability as a bar from 0 to 1 with the class's name and the number on it."""
    axes.add_patch(Rectangle((left, top), _BARS, _BAR, facecolor="0.95", linewidth=0))
    axes.add_patch(Rectangle((left, top), max(share * _BARS, 0.01), _BAR, facecolor=BLUE, alpha=0.35, linewidth=0))
    number = percent(share)
    room = _BARS - text_width(number, _SIZE) - 0.25
    middle = top + _BAR / 2 + 0.055  # where the letters' baseline makes them look centred
    axes.text(left + 0.07, middle, cut_text(name, room, _SIZE), va="baseline", fontsize=_SIZE)
    axes.text(left + _BARS - 0.07, middle, number, va="baseline", ha="right", fontsize=_SIZE)

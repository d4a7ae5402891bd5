"""An evaluation as a figure: which classes are predicted as which, and how far confidence can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from catseye.drawing.labels import fit_text, text_width
from catseye.drawing.style import BLUE, ORANGE
from catseye.evaluation.reliability import draw_reliability_diagram

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from catseye.arrays import Floats, Integers
    from catseye.drawing.labels import Label
    from catseye.evaluation.metrics import Evaluation

_CELL, _SMALLEST_SIDE, _LARGEST_SIDE = 0.42, 3.0, 5.4  # inches of a cell, and of the table
_SMALLEST_CELL = 0.15  # inches, which let the names be read; more classes make the table larger
_MOST_NUMBERED, _MOST_NAMED = 25, 60  # classes up to which cells have numbers, rows have names
_NAME_WIDTH, _NAME_SIZE, _SMALLEST_NAME = 1.8, 11.0, 6.0  # inches, points
_NUMBER_SIZE, _DIGIT = 10.0, 0.75  # points of a number, and the width of a digit as a share of that
_LIGHTEST, _DARKEST = 0.08, 0.7  # share of its colour in a cell
_MARGIN, _AXIS = 0.2, 0.35  # inches around all, and for the name of an axis
_CALIBRATION, _BETWEEN, _BELOW = 3.4, 1.0, 1.5  # inches: its side, from the table to it, and its axis and legend


def draw_evaluation(evaluation: Evaluation) -> Figure:
    """Return the figure: on the left the confusion, on the right the reliability diagram."""
    count = len(evaluation.classes)
    side = max(min(max(_CELL * count, _SMALLEST_SIDE), _LARGEST_SIDE), _SMALLEST_CELL * min(count, _MOST_NAMED))
    labels = _fit_names(evaluation.classes, side / count)
    before = _MARGIN + _AXIS + max((text_width(label.text, label.size) + 0.1 for label in labels), default=0.0)
    width = before + side + _BETWEEN + _CALIBRATION + _MARGIN
    height = max(before + side + _MARGIN, before + _CALIBRATION + _BELOW)
    figure = Figure((width, height))
    left = figure.add_axes((before / width, 1 - (before + side) / height, side / width, side / height))
    _draw_confusion(left, evaluation, labels, side / count)
    corner = (before + side + _BETWEEN) / width, 1 - (before + _CALIBRATION) / height
    right = figure.add_axes((*corner, _CALIBRATION / width, _CALIBRATION / height))
    draw_reliability_diagram(right, evaluation.raw_bins, evaluation.bins)
    right.set_title("calibration", fontsize=_NAME_SIZE)
    return figure


def _fit_names(names: Sequence[str], cell: float) -> list[Label]:
    """Return the names as they fit beside cells of so many inches, all of one size; none where there are too many."""
    if len(names) > _MOST_NAMED:
        return []
    largest = max(_SMALLEST_NAME, min(_NAME_SIZE, 0.85 * 72 * cell))
    size = min(fit_text(name, _NAME_WIDTH, largest, smallest=min(largest, 9.0)).size for name in names)
    return [fit_text(name, _NAME_WIDTH, size) for name in names]


def _draw_confusion(axes: Axes, evaluation: Evaluation, labels: Sequence[Label], cell: float) -> None:
    confusion, count = evaluation.confusion, len(evaluation.classes)
    axes.imshow(_colours(confusion), interpolation="nearest", aspect="auto")
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    if count <= _MOST_NUMBERED:
        size = min(_NUMBER_SIZE, 72 * cell / (_DIGIT * len(str(confusion.max()))))
        for row, column in np.argwhere(confusion >= 0).tolist():
            number = int(confusion[row, column])
            ink = "black" if number else "0.6"
            axes.text(column, row, str(number), ha="center", va="center", fontsize=size, color=ink)
    if labels:
        names, size = [label.text for label in labels], labels[0].size
        axes.set_xticks(range(count), names, rotation=90, fontsize=size)
        axes.set_yticks(range(count), names, fontsize=size)
    else:
        axes.set(xticks=[], yticks=[])
    axes.set_ylabel("true class", fontsize=_NAME_SIZE)
    axes.set_xlabel("predicted class", fontsize=_NAME_SIZE)
    axes.xaxis.set_label_position("top")


def _colours(confusion: Integers) -> Floats:
    """Return the colours (K, K, 3) of the cells: blue for right, orange for wrong, darker for a larger share."""
    shares = confusion / np.maximum(confusion.sum(1, keepdims=True), 1)
    strength = np.where(confusion > 0, _LIGHTEST + (_DARKEST - _LIGHTEST) * np.sqrt(shares), 0.0)[..., None]
    right = np.eye(len(confusion), dtype=bool)[..., None]
    own = np.where(right, np.array(to_rgb(BLUE)), np.array(to_rgb(ORANGE)))
    mixed: Floats = 1 - strength * (1 - own)
    return mixed

"""An evaluation as a figure: which classes are taken for which, and how far confidence can be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from catseye.drawing.labels import fit_text
from catseye.drawing.style import BLUE, ORANGE, PANEL_WIDTH
from catseye.evaluation.reliability import draw_reliability_diagram

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from catseye.arrays import Floats, Integers
    from catseye.evaluation.metrics import Evaluation

_CELL, _SMALLEST_SIDE, _LARGEST_SIDE = 0.42, 3.0, 11.0  # inches of a cell with its number, of the table
_MOST_NUMBERED, _MOST_NAMED = 25, 60  # classes up to which cells have numbers, rows have names
_LEGEND = 0.5  # inches that the legend needs below all else
_NAME_WIDTH, _NAME_SIZE, _SMALLEST_NAME = 1.5, 9, 6  # inches, points
_LIGHTEST, _DARKEST = 0.08, 0.7  # share of its colour in a cell


def draw_evaluation(evaluation: Evaluation) -> Figure:
    """Return the figure: on the left the confusion, on the right the reliability diagram."""
    side = min(max(_CELL * len(evaluation.classes), _SMALLEST_SIDE), _LARGEST_SIDE) + _NAME_WIDTH
    height = max(side, PANEL_WIDTH) + _LEGEND
    # The layout does not see how far the legend reaches below axes of a fixed shape: it is given the room.
    layout = ConstrainedLayoutEngine(rect=(0, _LEGEND / height, 1, 1 - _LEGEND / height))
    figure = Figure((side + PANEL_WIDTH, height), layout=layout)
    left, right = figure.subplots(1, 2, width_ratios=(side, PANEL_WIDTH))
    _draw_confusion(left, evaluation)
    draw_reliability_diagram(right, evaluation.raw_bins, evaluation.bins)
    right.set_box_aspect(1)
    right.set_title("calibration", fontsize=11)
    return figure


def _draw_confusion(axes: Axes, evaluation: Evaluation) -> None:
    confusion, count = evaluation.confusion, len(evaluation.classes)
    axes.imshow(_colours(confusion), interpolation="nearest")
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    if count <= _MOST_NUMBERED:
        for row, column in np.argwhere(confusion >= 0).tolist():
            number = int(confusion[row, column])
            axes.text(
                column, row, str(number), ha="center", va="center", fontsize=8, color="black" if number else "0.6"
            )
    if count <= _MOST_NAMED:
        labels = [
            fit_text(name, _NAME_WIDTH, _NAME_SIZE, lines=1, smallest=_SMALLEST_NAME) for name in evaluation.classes
        ]
        names, size = [label.text for label in labels], min(label.size for label in labels)
        axes.set_xticks(range(count), names, rotation=90, fontsize=size)
        axes.set_yticks(range(count), names, fontsize=size)
    else:
        axes.set(xticks=[], yticks=[])
    axes.set(ylabel="true class", xlabel="predicted class")
    axes.xaxis.set_label_position("top")


def _colours(confusion: Integers) -> Floats:
    """Return the colours (K, K, 3) of the cells: blue for right, orange for wrong, darker for a larger share."""
    shares = confusion / np.maximum(confusion.sum(1, keepdims=True), 1)
    strength = np.where(confusion > 0, _LIGHTEST + (_DARKEST - _LIGHTEST) * np.sqrt(shares), 0.0)[..., None]
    right = np.eye(len(confusion), dtype=bool)[..., None]
    own = np.where(right, np.array(to_rgb(BLUE)), np.array(to_rgb(ORANGE)))
    mixed: Floats = 1 - strength * (1 - own)
    return mixed

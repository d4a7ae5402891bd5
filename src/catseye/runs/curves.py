"""Training curves: loss and accuracy by epoch."""

from __future__ import annotations

import math
from itertools import zip_longest
from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from catseye.drawing.labels import fit_text
from catseye.drawing.style import BLUE, ORANGE, PANEL_HEIGHT, PANEL_WIDTH, show_percent, styled, svg
from catseye.training.choices import loss_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from catseye.training.history import Epoch

_MOST_MARKED_EPOCHS = 30
_COLUMNS = 2
TRAIN_CURVE = "train: mean over the epoch, while the network learns"
_AXIS_HEIGHT = 0.6  # inches below a panel
_LABEL_SIZE, _SMALLEST = 10, 8  # points


def draw_history(history: Sequence[Epoch]) -> tuple[str, ...]:
    """Return SVG drawings: loss and accuracy by epoch, in training and in validation, then each metric."""
    drawings = []
    for quantity in quantities(history):
        with styled(inline=True):
            figure = Figure((PANEL_WIDTH, PANEL_HEIGHT), layout="constrained")
            draw_curves(figure.subplots(), history, quantity)
            drawings.append(svg(figure))
    return tuple(drawings)


def draw_run_curves(history: Sequence[Epoch]) -> Figure:
    """Return a figure: loss and accuracy by epoch, side by side, and below them the metrics of the caller's own."""
    drawn = quantities(history)
    rows = math.ceil(len(drawn) / _COLUMNS)
    figure = Figure((_COLUMNS * PANEL_WIDTH, rows * PANEL_HEIGHT), layout="constrained")
    for axes, quantity in zip_longest(figure.subplots(rows, _COLUMNS).flat, drawn):
        if quantity is None:
            axes.set_axis_off()
        else:
            draw_curves(axes, history, quantity)
    return figure


def quantities(history: Sequence[Epoch]) -> tuple[str, ...]:
    """Return what the curves of a history show: loss, accuracy and the metrics, in the order in which they came."""
    metrics = dict.fromkeys(name for epoch in history for name in epoch.metrics)
    return ("loss", "accuracy", *metrics)


def draw_curves(
    axes: Axes, history: Sequence[Epoch], quantity: str, epochs_shown: int = 0, *, legend: bool = True
) -> None:
    """Draw ``"loss"``, ``"accuracy"`` or a metric by epoch; the axis has room for at least ``epochs_shown`` epochs."""
    epochs = [epoch.epoch for epoch in history]
    marked = len(history) <= _MOST_MARKED_EPOCHS
    for split, colour, style, mark in (("train", BLUE, "-", "o"), ("validation", ORANGE, "--", "s")):
        values = [_value(epoch, split, quantity) for epoch in history]
        if any(value is not None for value in values):
            shown = [math.nan if value is None else value for value in values]
            axes.plot(epochs, shown, style, color=colour, marker=mark if marked else "", markersize=4, label=split)
    title = loss_title(history[0].loss_name) if quantity == "loss" and history else quantity
    label = fit_text(title, PANEL_HEIGHT - _AXIS_HEIGHT, _LABEL_SIZE, lines=2, smallest=_SMALLEST)
    if quantity == "accuracy":
        show_percent(axes.yaxis)
    axes.set_xlabel("epoch")
    axes.set_ylabel(label.text, fontsize=label.size)
    axes.set_xlim(0.7, max(len(history), epochs_shown, 2) + 0.3)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    if legend:
        axes.legend(frameon=False)


def _value(epoch: Epoch, split: str, quantity: str) -> float | None:
    if quantity in ("loss", "accuracy"):
        value: float | None = getattr(epoch, f"{split}_{quantity}")
        return value
    return epoch.metrics.get(quantity) if split == "validation" else None

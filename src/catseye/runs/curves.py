"""Training curves: loss and accuracy by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from catseye.drawing.style import BLUE, ORANGE, PANEL_HEIGHT, PANEL_WIDTH, styled, svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from catseye.training.history import Epoch

_MOST_MARKED_EPOCHS = 30


def draw_history(history: Sequence[Epoch]) -> tuple[str, str]:
    """Return two SVG drawings: loss and accuracy by epoch, in training and in validation."""
    drawings = []
    for quantity in ("loss", "accuracy"):
        with styled(inline=True):
            figure = Figure((PANEL_WIDTH, PANEL_HEIGHT), layout="constrained")
            draw_curves(figure.subplots(), history, quantity)
            drawings.append(svg(figure))
    return drawings[0], drawings[1]


def draw_run_curves(history: Sequence[Epoch]) -> Figure:
    """Return a figure: loss and accuracy by epoch, side by side."""
    figure = Figure((2 * PANEL_WIDTH, PANEL_HEIGHT), layout="constrained")
    for axes, quantity in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        draw_curves(axes, history, quantity)
    return figure


def draw_curves(
    axes: Axes, history: Sequence[Epoch], quantity: str, epochs_shown: int = 0, *, legend: bool = True
) -> None:
    """Draw ``"loss"`` or ``"accuracy"`` by epoch; the axis has room for at least ``epochs_shown`` epochs."""
    epochs = [epoch.epoch for epoch in history]
    marked = len(history) <= _MOST_MARKED_EPOCHS
    for split, colour, style, mark in (("train", BLUE, "-", "o"), ("validation", ORANGE, "--", "s")):
        values = [getattr(epoch, f"{split}_{quantity}") for epoch in history]
        if values and values[0] is not None:
            axes.plot(epochs, values, style, color=colour, marker=mark if marked else "", markersize=4, label=split)
    axes.set(xlabel="epoch", ylabel=quantity)
    axes.set_xlim(0.7, max(len(history), epochs_shown, 2) + 0.3)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    if legend:
        axes.legend(frameon=False)

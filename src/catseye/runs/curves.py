"""Training curves: loss and accuracy by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from catseye.drawing.style import BLUE, ORANGE, PANEL_HEIGHT, PANEL_WIDTH, save, styled, svg

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from catseye.training.history import Epoch


_MOST_MARKED_EPOCHS = 30


def curves(history: Sequence[Epoch]) -> tuple[str, str]:
    """Return two SVG drawings: loss and accuracy by epoch, in training and in validation."""
    drawings = []
    for quantity in ("loss", "accuracy"):
        with styled(inline=True):
            figure = Figure((PANEL_WIDTH, PANEL_HEIGHT), layout="constrained")
            draw_curves(figure.subplots(), history, quantity)
            drawings.append(svg(figure))
    return drawings[0], drawings[1]


def draw_curves(axes: Axes, history: Sequence[Epoch], quantity: str) -> None:
    """Draw ``"loss"`` or ``"accuracy"`` by epoch."""
    epochs = [epoch.epoch for epoch in history]
    marked = len(history) <= _MOST_MARKED_EPOCHS
    for split, colour, style, mark in (("train", BLUE, "-", "o"), ("validation", ORANGE, "--", "s")):
        values = [getattr(epoch, f"{split}_{quantity}") for epoch in history]
        if values and values[0] is not None:
            axes.plot(epochs, values, style, color=colour, marker=mark if marked else "", markersize=4, label=split)
    axes.set(xlabel="epoch", ylabel=quantity)
    axes.set_xlim(0.7, max(len(history), 2) + 0.3)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    axes.legend(frameon=False)


def write_comparison(path: Path, titles: Sequence[str], histories: Sequence[Sequence[Epoch]]) -> None:
    """Write the loss and accuracy curves of several runs side by side, on common scales."""
    with styled():
        figure = Figure((PANEL_WIDTH * len(histories), 2 * PANEL_HEIGHT), layout="constrained")
        grid = figure.subplots(2, len(histories), sharex="row", sharey="row", squeeze=False)
        for column, (name, history) in zip(grid.T, zip(titles, histories, strict=True), strict=True):
            column[0].set_title(name)
            for axes, quantity in zip(column, ("loss", "accuracy"), strict=True):
                draw_curves(axes, history, quantity)
        save(figure, path)

"""Runs side by side, as a figure: the accuracy of each, and the training curves of those that have epochs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.ticker import MaxNLocator

from catseye.drawing.canvas import PAGE_WIDTH
from catseye.drawing.labels import fit_text
from catseye.drawing.style import BLUE, ORANGE, show_percent
from catseye.drawing.titled import titled_figure
from catseye.runs.curves import TRAIN_CURVE, draw_curves
from catseye.short_repr import counted

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.runs.comparison import Comparison

_LEAST_WIDTH = 9.0  # inches, for the names beside the accuracies
_NAME_WIDTH = 2.4
_ROW_HEIGHT, _AXIS_HEIGHT = 0.36, 0.9
_PANEL_WIDTH, _PANEL_HEIGHT = 3.8, 2.2  # inches at most across: six runs stand side by side on a page of 16:9
_TITLE_SIZE, _SMALLEST = 11, 8  # points
_TITLE_ROOM = 0.65  # inches of the title and its margin
_TICKS = 6  # numbers on the axis of accuracies, which may have two decimals


def draw_comparison(comparison: Comparison) -> Figure:
    """Return the figure: on top the accuracies of all runs, below the curves of each run, on common scales.

    Losses of different kinds have a scale each.
    """
    histories = [
        (f"{name}: {run.result.network_title}", run.history)
        for name, run in zip(comparison.names, comparison.runs, strict=True)
        if run.history
    ]
    columns = max(len(histories), 1)
    top = _ROW_HEIGHT * len(comparison.runs) + _AXIS_HEIGHT
    heights = [top, _PANEL_HEIGHT, _PANEL_HEIGHT] if histories else [top]
    width = max(_LEAST_WIDTH, min(PAGE_WIDTH, _PANEL_WIDTH * columns))
    figure = titled_figure(width, sum(heights) + _TITLE_ROOM, _title(comparison), _TITLE_SIZE, lines=2)
    grid = figure.add_gridspec(len(heights), columns, height_ratios=heights)
    _draw_accuracies(figure.add_subplot(grid[0, :]), comparison)
    longest = max((len(history) for _, history in histories), default=0)
    losses = {history[0].loss_name for _, history in histories}  # which can be compared only if they are the same
    lines: dict[str, Artist] = {}  # by what they show: one run may have no validation, another may
    for row, quantity in enumerate(("loss", "accuracy") if histories else (), 1):
        shared: Axes | None = None
        common = quantity == "accuracy" or len(losses) == 1
        for column, (title, history) in enumerate(histories):
            axes = figure.add_subplot(grid[row, column], sharey=shared)
            shared = axes if common else None
            draw_curves(axes, history, quantity, longest, legend=False)
            if row == 1:
                lines |= dict(zip(*reversed(axes.get_legend_handles_labels()), strict=True))
            if column and common:  # the first has the scale for all
                axes.tick_params(labelleft=False)
                axes.set_ylabel("")
            if row == 1:
                axes.set_xlabel("")
            if row == 1:
                label = fit_text(title, width / columns - 0.5, _TITLE_SIZE, lines=2, smallest=_SMALLEST)
                axes.set_title(label.text, fontsize=label.size)
    if histories:
        first = figure.axes[1]
        first.legend(list(lines.values()), list(lines), frameon=False)
    return figure


def _title(comparison: Comparison) -> str:
    """Return what is compared on which data, and why the curves of a run end elsewhere than its accuracy."""
    data = dict.fromkeys(result.data.name.rstrip("/").rpartition("/")[2] for _, result in comparison.results)
    title = f"{counted(len(comparison.runs), 'run')} on {' and '.join(data)}: accuracy after training"
    return f"{title}; below, by epoch ({TRAIN_CURVE})" if any(run.history for run in comparison.runs) else title


def _draw_accuracies(axes: Axes, comparison: Comparison) -> None:
    ink = mpl.rcParams["text.color"]
    marks = (("train", BLUE, "o"), ("validation", ORANGE, "s"), ("test", ink, "D"))
    for split, colour, mark in marks:
        rows = [(row, getattr(run.result, split)) for row, run in enumerate(comparison.runs)]
        rows = [(row, score) for row, score in rows if score]
        if not rows:
            continue
        places, accuracies = [row for row, _ in rows], [score.accuracy for _, score in rows]
        axes.plot(accuracies, places, mark, color=colour, markersize=6, fillstyle="none", label=split)
        if split == "test":
            low, high = zip(*(score.accuracy_interval for _, score in rows), strict=True)
            axes.hlines(places, low, high, colors=ink, linewidth=1.4, label="95 % interval")
    labels = [fit_text(name, _NAME_WIDTH, 10, lines=2, smallest=_SMALLEST) for name in comparison.names]
    axes.set_yticks(range(len(labels)), [label.text for label in labels])
    for tick, label in zip(axes.get_yticklabels(), labels, strict=True):
        tick.set_fontsize(label.size)
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.margins(x=0.08)
    show_percent(axes.xaxis)
    axes.xaxis.set_major_locator(MaxNLocator(_TICKS))
    axes.set_xlabel("accuracy" if comparison.same_data else "accuracy (of runs tested on different pictures)")
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5), fontsize=9)

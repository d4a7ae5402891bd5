"""Two classifiers compared, as a figure: accuracies, calibration, and pictures on which they differ."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure, FigureBase
from matplotlib.ticker import FuncFormatter, MaxNLocator

from catseye.drawing.labels import cut_text, fit_text
from catseye.drawing.numbers import percent
from catseye.drawing.picture import draw_picture
from catseye.drawing.style import BLUE, ORANGE, PANEL_WIDTH, show_percent
from catseye.drawing.titled import titled_figure
from catseye.errors import PictureError
from catseye.evaluation.calibration import expected_calibration_error
from catseye.evaluation.paired_accuracy import describe_p, signed_points

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from catseye.classifier.comparison.paired_comparison import PairedComparison

_WIDTH, _HEIGHT, _PICTURES_HEIGHT = 12.0, 3.6, 2.6  # inches
_MOST_PICTURES = 7
_NAME_WIDTH, _CAPTION_WIDTH = 2.2, 1.6  # inches
_TITLE, _SIZE, _SMALLEST = 12, 9.0, 7.0  # points
_COLOURS, _MARKS = (ORANGE, BLUE), ("s", "o")
_AREA, _LEAST_AREA = 110, 12  # square points of a mark


def draw_paired_comparison(comparison: PairedComparison) -> Figure:
    """Return the figure: numbers at the top, and below them some of the pictures on which the classifiers differ."""
    shown = comparison.differing[:_MOST_PICTURES]
    title = f"{comparison.names[0]} and {comparison.names[1]} on {comparison.data}"
    height = _HEIGHT + 0.5 + (_PICTURES_HEIGHT if shown else 0)
    figure = titled_figure(_WIDTH, height, title, _TITLE, lines=2)
    if not shown:
        _draw_numbers(figure, comparison)
        return figure
    top, bottom = figure.subfigures(2, 1, height_ratios=[_HEIGHT, _PICTURES_HEIGHT], squeeze=False)[:, 0]
    _draw_numbers(top, comparison)
    for column, index in enumerate(shown):
        _draw_picture(bottom.add_subplot(1, _MOST_PICTURES, column + 1), comparison, index)
    return figure


def draw_panels(comparison: PairedComparison) -> list[Callable[[], Figure]]:
    """Return functions that draw one panel of numbers each, for a page that places them as there is room."""
    return [partial(_draw_panel, draw, comparison) for draw in (_draw_accuracies, _draw_difference, _draw_calibration)]


def _draw_panel(draw: Callable[[Axes, PairedComparison], None], comparison: PairedComparison) -> Figure:
    figure = Figure((PANEL_WIDTH, _HEIGHT), layout="constrained")
    draw(figure.subplots(), comparison)
    return figure


def _draw_numbers(figure: FigureBase, comparison: PairedComparison) -> None:
    accuracies, difference, calibration = figure.subplots(1, 3, width_ratios=[1.1, 0.9, 1])
    _draw_accuracies(accuracies, comparison)
    _draw_difference(difference, comparison)
    _draw_calibration(calibration, comparison)


def _draw_accuracies(axes: Axes, comparison: PairedComparison) -> None:
    for row, (one, colour, mark) in enumerate(zip(comparison.evaluations, _COLOURS, _MARKS, strict=True)):
        low, high = one.accuracy_interval
        axes.hlines(row, low, high, colors=colour, linewidth=1.6)
        axes.plot(one.accuracy, row, mark, color=colour)
        axes.text(one.accuracy, row - 0.12, percent(one.accuracy, 2), ha="center", va="bottom", fontsize=_SIZE)
    labels = [fit_text(name, _NAME_WIDTH, 10, lines=3, smallest=_SMALLEST) for name in comparison.names]
    axes.set_yticks((0, 1), [label.text for label in labels])
    axes.set(ylim=(1.5, -0.5), title="accuracy, 95 % interval")
    axes.margins(x=0.1)
    show_percent(axes.xaxis)
    axes.xaxis.set_major_locator(MaxNLocator(4))


def _draw_difference(axes: Axes, comparison: PairedComparison) -> None:
    counts, ink = comparison.counts, mpl.rcParams["text.color"]
    axes.axvline(0, color=ink, linewidth=1, linestyle=":")
    axes.hlines(0, *counts.interval, colors=ink, linewidth=1.6)
    axes.plot(counts.difference, 0, "D", color=ink)
    words = f"{signed_points(counts.difference)}\nMcNemar's exact p {describe_p(counts.p_value)}"
    axes.text(0.5, 0.75, words, transform=axes.transAxes, ha="center", va="center", fontsize=_SIZE)
    sums = (
        f"right: both {counts.both:,}, only the first {counts.only_first:,},\nonly the second {counts.only_second:,}, "
    )
    axes.text(0.5, 0.2, f"{sums}neither {counts.neither:,}", transform=axes.transAxes, ha="center", fontsize=_SIZE)
    axes.set(ylim=(-1, 1), yticks=(), title="second minus first, 95 % interval", xlabel="points")
    axes.margins(x=0.15)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.3g}".replace("-", "−")))
    axes.xaxis.set_major_locator(MaxNLocator(5))


def _draw_calibration(axes: Axes, comparison: PairedComparison) -> None:
    axes.plot([0, 1], [0, 1], color=mpl.rcParams["text.color"], linewidth=1, linestyle=":")
    for name, one, colour, mark in zip(comparison.names, comparison.evaluations, _COLOURS, _MARKS, strict=True):
        bins, most = one.bins, max(each.examples for each in one.bins)
        areas = [_LEAST_AREA + _AREA * each.examples / most for each in bins]
        x, y = [each.confidence for each in bins], [each.accuracy for each in bins]
        label = f"{cut_text(name, _NAME_WIDTH, _SIZE, tail=True)} (error {percent(expected_calibration_error(bins))})"
        axes.scatter(x, y, areas, colour, marker=mark, alpha=0.7, linewidths=0, label=label)
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), xlabel="confidence", ylabel="accuracy", title="calibration")
    axes.legend(frameon=False, fontsize=8, loc="upper center", bbox_to_anchor=(0.5, -0.18))


def _draw_picture(axes: Axes, comparison: PairedComparison, index: int) -> None:
    axes.set_axis_off()
    truth = comparison.true_class(index)
    axes.set_title(cut_text(f"labelled {truth}", _CAPTION_WIDTH, _SIZE), fontsize=_SIZE)
    for row, (name, share) in enumerate(comparison.answer(index)):
        said = cut_text(f"{name} {percent(share)}", _CAPTION_WIDTH - 0.15, _SIZE)
        mark = "✓" if name == truth else "✗"
        place = 0.5, -0.04 - 0.13 * row
        colour = _COLOURS[row]
        axes.text(
            *place, f"{mark} {said}", transform=axes.transAxes, ha="center", va="top", fontsize=_SIZE, color=colour
        )
    try:
        pixels = comparison.pictures.picture(index)
    except PictureError:  # the file is gone; its numbers are still there
        return
    draw_picture(axes, pixels)
    height, width, _ = pixels.shape
    side = max(height, width)
    # A square for each, so that the words below tall pictures stay inside the figure.
    axes.set(xlim=((width - side) / 2, (width + side) / 2), ylim=((height + side) / 2, (height - side) / 2))

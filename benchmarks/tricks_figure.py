"""The figure of a trick: validation loss and accuracy of each variant by epoch."""

from __future__ import annotations

import io
import statistics
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from PIL import Image

from catseye.drawing.style import encode_figure, styled

# Okabe and Ito's colours, told apart without colour vision, with a dash each.
COLOURS = ("#000000", "#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (7, 2, 1, 2)))
DOTS = 80  # to the inch
COLOURS_KEPT = 96
_HIGHEST_LOSS = 2.5  # drawn; that of chance among ten classes is 2.3


def draw(runs: dict[str, list[dict[str, Any]]]) -> Figure:
    """Return a figure: validation loss and accuracy by epoch, the mean of the seeds and the range between them."""
    figure = Figure((9.4, 3.4), layout="constrained")
    loss, accuracy = figure.subplots(1, 2)
    for axes, quantity in ((loss, "validation_loss"), (accuracy, "validation_accuracy")):
        for place, (name, outcomes) in enumerate(runs.items()):
            curves = [outcome[quantity] for outcome in outcomes if "failed" not in outcome]
            label = name if len(curves) == len(outcomes) else f"{name} ({len(curves)} of {len(outcomes)} ended)"
            draw_variant(axes, place, label, curves)
        axes.set(xlabel="epoch", ylabel=quantity.replace("_", " "))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    loss.set_ylim(0, min(_HIGHEST_LOSS, loss.get_ylim()[1]))  # a training that fails would flatten all others
    figure.legend(*loss.get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
    return figure


def draw_variant(axes: Axes, place: int, label: str, curves: list[list[float]]) -> None:
    """Draw the mean of curves and their range, as far as the shortest of them goes."""
    if not curves:
        axes.plot([], [], DASHES[place], color=COLOURS[place], label=label)
        return
    by_epoch = list(zip(*curves, strict=False))
    epochs = range(1, len(by_epoch) + 1)
    axes.plot(epochs, [statistics.mean(each) for each in by_epoch], ls=DASHES[place], color=COLOURS[place], label=label)
    axes.fill_between(
        epochs,
        [min(each) for each in by_epoch],
        [max(each) for each in by_epoch],
        color=COLOURS[place],
        alpha=0.12,
        lw=0,
    )


def draw_png(runs: dict[str, list[dict[str, Any]]]) -> bytes:
    """Return the figure of a trick, in few colours, which takes a third of the space."""
    with styled():
        png = encode_figure(draw(runs), "png", DOTS)
    small = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS_KEPT).save(small, "png", optimize=True)
    return small.getvalue()

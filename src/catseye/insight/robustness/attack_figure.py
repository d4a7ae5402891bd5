"""An attack as a figure: the picture, the change made visible, the result, and what the classifier says of both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from catseye.attacks.projected_gradient_descent import LINF
from catseye.drawing.figure_file import write_figure
from catseye.drawing.style import BLUE, ORANGE

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from catseye.arrays import Pixels
    from catseye.classifier.prediction import Prediction
    from catseye.insight.robustness.fool import AdversarialExample

_WIDE, _BARS_TALL = 3.4, 1.75  # inches of a panel
_TALLEST = 4.5
_SMALL = 64  # pixels up to which single pixels are shown as squares
_GREY = 127
_BARS = 5
_LONGEST_NAME = 24


def write_attack(path: Path, fooled: AdversarialExample) -> None:
    """Write the figure as .png, .svg or .html."""
    write_figure(path, lambda: attack_figure(fooled), headline(fooled), [size_in_words(fooled), noise_in_words(fooled)])


def headline(fooled: AdversarialExample) -> str:
    """Return what came of the attack."""
    before, after = fooled.before, fooled.after
    if fooled.succeeded:
        return f"{before.class_name} taken for {after.class_name} ({after.probability:.1%})"
    aim = f", not {fooled.target}" if fooled.target else ""
    return f"not fooled: {before.class_name} is taken for {after.class_name}{aim} ({after.probability:.1%})"


def size_in_words(fooled: AdversarialExample) -> str:
    """Return how large the change is."""
    levels = round(fooled.linf * 255)
    allowed = fooled.attack.epsilon
    limit = f"{allowed * 255:.0f} of 255 levels" if fooled.attack.norm == LINF else f"length {allowed:g}"
    return (
        f"No value is changed by more than {levels} of 255 levels; length of the whole change (L2) {fooled.l2:.3g}. "
        f"Allowed: {limit}."
    )


def noise_in_words(fooled: AdversarialExample) -> str:
    """Return what changes of the same sizes do in random places."""
    noisy = fooled.noisy
    return f"The same changes in random places: {noisy.class_name} ({noisy.probability:.1%})."


def amplified(fooled: AdversarialExample) -> tuple[Pixels, float]:
    """Return the change around middle grey, uint8 (H, W, C), and by how much it is multiplied to fill the range."""
    largest = int(np.abs(fooled.difference).max())
    factor = _GREY / largest if largest else 1.0
    return np.round(_GREY + factor * fooled.difference).astype(np.uint8), factor


def attack_figure(fooled: AdversarialExample) -> Figure:
    """Return the figure: three pictures, and what the classifier says of each."""
    height, width = fooled.original.shape[:2]
    tall = min(_WIDE * height / width, _TALLEST)
    figure = Figure((3 * _WIDE, tall + _BARS_TALL + 1.2), layout="constrained")
    figure.suptitle(f"{headline(fooled)}\n", fontsize=13, fontweight="bold")
    grid = figure.subplots(2, 3, height_ratios=[tall, _BARS_TALL], squeeze=False)
    change, factor = amplified(fooled)
    levels = round(fooled.linf * 255)
    titles = "original", f"change × {factor:.3g} (at most {levels} of 255 levels)", "original + change"
    for axes, picture, title in zip(grid[0], (fooled.original, change, fooled.changed), titles, strict=True):
        small = max(height, width) <= _SMALL
        axes.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest" if small else "antialiased")
        axes.set_title(title, fontsize=10)
        axes.set_axis_off()
    for axes, prediction, title in zip(
        grid[1], (fooled.before, fooled.noisy, fooled.after), ("before", "same change, shuffled", "after"), strict=True
    ):
        _bars(axes, prediction, fooled, title)
    return figure


def _bars(axes: Axes, prediction: Prediction, fooled: AdversarialExample, title: str) -> None:
    top = prediction.top(_BARS)
    names = [name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…" for name, _ in top]
    shares = [share for _, share in top]
    colours = [BLUE if name == fooled.before.class_name else ORANGE for name, _ in top]
    places = range(len(top))
    axes.barh(places, shares, color=colours, alpha=0.45, height=0.75)
    for place, name, share in zip(places, names, shares, strict=True):
        axes.text(0.015, place, f"{name}  {share:.1%}", va="center", fontsize=9)
    axes.set(xlim=(0, 1), ylim=(len(top) - 0.4, -0.6), yticks=[])
    axes.set_title(title, fontsize=10, loc="left")
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.spines["left"].set_visible(False)

"""An attack as a figure: the picture, the amplified change, the result, and the predictions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.attacks.projected_gradient_descent import LINF
from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH
from catseye.drawing.labels import cut_text, text_width
from catseye.drawing.numbers import percent
from catseye.drawing.picture import draw_picture, interpolation
from catseye.drawing.style import BLUE, ORANGE, SIGNED, show_percent
from catseye.drawing.titled import titled_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.arrays import Pixels
    from catseye.classifier.prediction import Prediction
    from catseye.insight.robustness.fool import AdversarialExample

_WIDE, _TALL, _BARS_TALL = 4.1, 3.6, 2.2  # inches of a panel
_GREY = 127
_BARS = 5
_SIZE, _TITLE, _HEADLINE = 12, 13, 17  # points of a bar's name, over a panel, and of the title
_BESIDE = 0.06  # between panels, in widths of one


def headline(fooled: AdversarialExample) -> str:
    """Return whether the attack succeeded, and the predicted class before and after it, each with its probability."""
    before, after = (f"{one.class_name} ({percent(one.probability)})" for one in (fooled.before, fooled.after))
    aim = f" into {fooled.target}" if fooled.target and not fooled.succeeded else ""
    return f"{'fooled' if fooled.succeeded else 'not fooled'}{aim}: {before} → {after}"


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
    return f"The same changes in random places: {noisy.class_name} ({percent(noisy.probability)})."


def amplify(change: np.ndarray[Any, Any]) -> tuple[Pixels, float]:
    """Return a change (H, W, C) around middle grey, uint8, and by how much it is multiplied to fill the range."""
    largest = int(np.abs(change).max())
    factor = _GREY / largest if largest else 1.0
    return np.round(_GREY + factor * change).astype(np.uint8), factor


def draw_attack(fooled: AdversarialExample) -> Figure:
    """Return the figure, a slide of 16:9: three pictures, and the predictions for each."""
    result = headline(fooled)
    picture = Path(fooled.picture).name
    heading = f"Attack on {fooled.classifier} with {picture}. {result[0].upper()}{result[1:]}"
    figure = titled_figure(PAGE_WIDTH, PAGE_HEIGHT, heading, _HEADLINE, lines=2, bold=True)
    apart = {"wspace": _BESIDE}  # the last number of an axis stands clear of the first of the next
    grid = figure.subplots(2, 3, height_ratios=[_TALL, _BARS_TALL], squeeze=False, gridspec_kw=apart)
    draw_picture(grid[0, 0], fooled.original)
    _draw_change(grid[0, 1], fooled)
    draw_picture(grid[0, 2], fooled.changed)
    grid[0, 0].set_title("original", fontsize=_TITLE)
    grid[0, 2].set_title("original + change", fontsize=_TITLE)
    for axes, prediction, title in zip(
        grid[1], (fooled.before, fooled.noisy, fooled.after), ("before", "same change, shuffled", "after"), strict=True
    ):
        _bars(axes, prediction, fooled, title)
    return figure


def _draw_change(axes: Axes, fooled: AdversarialExample) -> None:
    """Draw the change, amplified: that of a colour picture in its colours around grey, else by its sign."""
    change = fooled.difference
    amplified, factor = amplify(change)
    if change.shape[2] == 1:
        how = interpolation(*change.shape[:2])
        axes.imshow(factor * change[..., 0], SIGNED, vmin=-_GREY, vmax=_GREY, interpolation=how)
        axes.set_axis_off()
        words = "blue darker, orange brighter"
    else:
        draw_picture(axes, amplified)
        words = "grey: no change"
    levels = round(fooled.linf * 255)
    axes.set_title(f"change × {factor:.3g} (at most {levels} of 255 levels)\n{words}", fontsize=_TITLE)


def _bars(axes: Axes, prediction: Prediction, fooled: AdversarialExample, title: str) -> None:
    top = prediction.top(_BARS)
    shares = [share for _, share in top]
    colours = [BLUE if name == fooled.before.class_name else ORANGE for name, _ in top]
    places = range(len(top))
    axes.barh(places, shares, color=colours, alpha=0.45, height=0.75)
    for place, (name, share) in zip(places, top, strict=True):
        after = f"  {percent(share)}"
        fitted = cut_text(name, 0.92 * _WIDE - text_width(after, _SIZE), _SIZE)
        axes.text(0.015, place, f"{fitted}{after}", va="center", fontsize=_SIZE)
    axes.set(xlim=(0, 1), ylim=(len(top) - 0.4, -0.6), yticks=[])
    axes.set_title(title, fontsize=_TITLE, loc="left")
    show_percent(axes.xaxis)
    axes.spines["left"].set_visible(False)

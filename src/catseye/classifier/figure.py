"""A prediction as a figure: the picture, and the most probable classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from catseye.classifier.prediction import UNLIKE
from catseye.drawing.labels import fit_text
from catseye.drawing.numbers import percent
from catseye.drawing.picture import draw_picture
from catseye.drawing.style import BLUE, show_percent

if TYPE_CHECKING:
    from catseye.arrays import Pixels
    from catseye.classifier.prediction import Prediction

_HEIGHT, _PICTURE, _BARS = 2.8, 2.8, 5.0  # inches
_NAME_WIDTH, _NAME_SIZE, _SMALLEST_NAME = 1.6, 10, 8  # inches, points


def draw_prediction(prediction: Prediction, pixels: Pixels | None) -> Figure:
    """Return the figure: the picture uint8 (H, W, 1 or 3), where there is one, beside the probabilities."""
    figure = Figure((_BARS + (_PICTURE if pixels is not None else 0), _HEIGHT), layout="constrained")
    if pixels is None:
        axes = figure.subplots()
    else:
        left, axes = figure.subplots(1, 2, width_ratios=(_PICTURE, _BARS))
        draw_picture(left, pixels)
    top = prediction.top()
    labels = [fit_text(name, _NAME_WIDTH, _NAME_SIZE, lines=2, smallest=_SMALLEST_NAME) for name, _ in top]
    bars = axes.barh(range(len(top)), [share for _, share in top], color=BLUE, alpha=0.75, height=0.7)
    axes.bar_label(bars, [percent(share) for _, share in top], padding=4)
    axes.set_yticks(range(len(top)), [label.text for label in labels])
    for tick, label in zip(axes.get_yticklabels(), labels, strict=True):
        tick.set_fontsize(label.size)
    axes.invert_yaxis()
    xlabel = "probability" if prediction.calibrated else "probability (not calibrated)"
    axes.set(xlim=(0, 1.18), xlabel=xlabel, xticks=[0, 0.25, 0.5, 0.75, 1])
    show_percent(axes.xaxis)
    known = [f"labelled {prediction.true_class}"] if prediction.true_class is not None else []
    known += [UNLIKE] if prediction.unfamiliar else []
    if known:
        title = fit_text(", ".join(known), _BARS - _NAME_WIDTH, _NAME_SIZE, lines=2, smallest=8)
        axes.set_title(title.text, loc="left", fontsize=title.size)
    axes.grid(visible=False, axis="y")
    return figure

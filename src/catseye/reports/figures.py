"""Figures: drawn by matplotlib, legible in print and on screen, told apart without colour vision."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from catseye.evaluation.calibration import expected_calibration_error
from catseye.system.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from catseye.datasets.pictures import Pictures
    from catseye.evaluation.calibration import Bin
    from catseye.training.history import Epoch

# Okabe & Ito's blue and vermilion: distinct for every kind of colour vision.
BLUE, ORANGE = "#0072b2", "#d55e00"
_INK = "#010203"  # stands for the page's own text colour in an SVG that is put into one
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "catseye",  # the same figure, the same file
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.25,
}
INLINE: dict[Any, Any] = {
    **{f"{part}.facecolor": "none" for part in ("figure", "axes", "savefig", "legend")},
    **{f"{part}.color": _INK for part in ("text", "xtick", "ytick", "grid")},
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
}
_NO_METADATA: dict[str, Any] = {"Creator": None, "Date": None, "Format": None, "Type": None}
FORMATS = (".png", ".svg")
_WIDE, _TALL = 4.6, 3.0  # inches of a panel
_MOST_MARKED_EPOCHS = 30
_TILE = 1.1  # inches of a picture in a grid


def curves(history: Sequence[Epoch]) -> tuple[str, str]:
    """Return two SVG drawings: loss and accuracy by epoch, in training and in validation."""
    drawings = []
    for quantity in ("loss", "accuracy"):
        with mpl.rc_context(STYLE | INLINE):
            figure = Figure((_WIDE, _TALL), layout="constrained")
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


def reliability_diagram(raw: Sequence[Bin], calibrated: Sequence[Bin]) -> str:
    """Return an SVG drawing of accuracy against confidence, before and after calibration."""
    with mpl.rc_context(STYLE | INLINE):
        figure = Figure((_WIDE, _WIDE * 0.85), layout="constrained")
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=_INK, linewidth=1, linestyle=":", label="perfectly honest")
        for label, bins, colour, mark in (
            ("as trained", raw, ORANGE, "s"),
            ("calibrated", calibrated, BLUE, "o"),
        ):
            x, y = [b.confidence for b in bins], [b.accuracy for b in bins]
            most = max(b.examples for b in bins)
            # Area grows with the share of the pictures, and the smallest stay visible.
            sizes = [12 + 150 * b.examples / most for b in bins]
            error = expected_calibration_error(list(bins))
            axes.scatter(
                x, y, sizes, colour, marker=mark, alpha=0.7, linewidths=0, label=f"{label} (error {error:.1%})"
            )
        axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1.02), ylim=(0, 1.02))
        for handle in axes.legend(frameon=False, loc="upper left").legend_handles:
            if isinstance(handle, PathCollection):
                handle.set_sizes([40])
        return svg(figure)


def write_comparison(path: Path, titles: Sequence[str], histories: Sequence[Sequence[Epoch]]) -> None:
    """Write the loss and accuracy curves of several runs side by side, on common scales."""
    with mpl.rc_context(STYLE):
        figure = Figure((_WIDE * len(histories), 2 * _TALL), layout="constrained")
        grid = figure.subplots(2, len(histories), sharex="row", sharey="row", squeeze=False)
        for column, (name, history) in zip(grid.T, zip(titles, histories, strict=True), strict=True):
            column[0].set_title(name)
            for axes, quantity in zip(column, ("loss", "accuracy"), strict=True):
                draw_curves(axes, history, quantity)
        save(figure, path)


def write_grid(path: Path, pictures: Pictures, indices: Sequence[int], title: str) -> None:
    """Write the pictures at ``indices`` as a grid, each under the name of its class."""
    columns = min(len(indices), max(2, round((len(indices) * 1.6) ** 0.5)))
    rows = -(-len(indices) // columns)
    with mpl.rc_context(STYLE):
        figure = Figure((columns * _TILE * 1.15, rows * _TILE * 1.25 + 0.4), layout="constrained")
        figure.suptitle(title, fontsize=11)
        grid = figure.subplots(rows, columns, squeeze=False)
        for axes in grid.flat:
            axes.set_axis_off()
        for axes, index in zip(grid.flat, indices, strict=False):
            picture, label = pictures[index]
            small = max(picture.shape[:2]) <= 64
            axes.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation="nearest" if small else "antialiased")
            axes.set_title(_shortened(pictures.classes[label]), fontsize=8)
        save(figure, path)


def save(figure: Figure, path: Path) -> None:
    """Write a figure as .png or .svg, by the ending of ``path``, whole or not at all."""
    buffer = io.BytesIO()
    kind = path.suffix.lower().removeprefix(".")
    figure.savefig(buffer, format=kind, dpi=150, metadata=_NO_METADATA if kind == "svg" else None)
    write_atomically(path, buffer.getvalue())


def svg(figure: Figure) -> str:
    """Return a figure as an SVG drawing in the colours of the page that it is put into."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata=_NO_METADATA)
    text = buffer.getvalue()
    # Without the XML prologue, and in the colours of the page around it, which know light and dark.
    text = text[text.index("<svg") :].replace(_INK, "currentColor")
    return text.replace(BLUE, "var(--blue)").replace(ORANGE, "var(--orange)")


def _shortened(name: str, length: int = 16) -> str:
    return name if len(name) <= length else name[: length - 1] + "…"

"""Ideal pictures as a figure: one with the loop as it went, or several as a contact sheet."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from catseye.drawing.figure_file import write_figure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from catseye.arrays import Pixels
    from catseye.insight.ideal.ascent import Ideal

_WIDTH = 8.8  # inches
_LARGE = 4.6  # inches of a single picture
_TILE = 1.9  # inches of one of several
_MOST_COLUMNS = 5
_LETTERS = 26  # of a name that fit a line above a tile
_SMALL = 64  # pixels, up to which every pixel is shown as a square
_LEGEND = (
    "Gradient ascent from noise: parameterisation {parameterisation}, variation weight {variation:g}, seed {seed}. "
    "Worn: shifted by a 28th of the side, slightly blurred, saved as JPEG."
)


def write_ideal(path: Path, ideals: Sequence[Ideal], classifier: str) -> None:
    """Write one picture with eight moments of its making, or several beside each other, as .png, .svg or .html."""
    title = f"What {classifier} takes for {_names(ideals)}"
    write_figure(path, lambda: ideal_figure(ideals), title)


def ideal_figure(ideals: Sequence[Ideal]) -> Figure:
    """Return the figure: one picture with eight moments of its making, or several pictures beside each other."""
    return _single(ideals[0]) if len(ideals) == 1 else _sheet(ideals)


def legend(ideals: Sequence[Ideal]) -> str:
    """Return how the pictures were made."""
    first = ideals[0]
    recipe = first.recipe
    return _LEGEND.format(seed=first.seed, parameterisation=recipe.parameterisation, variation=recipe.variation)


def numbers(ideal: Ideal) -> str:
    """Return in two lines how much of its goal the picture has, as it is and worn, and its variation."""
    judged = ideal.score
    values = (_shown(ideal, judged.response), _shown(ideal, judged.perturbed_response))
    return f"{values[0]}, worn {values[1]}\ntotal variation {judged.total_variation:.1f}"


def _names(ideals: Sequence[Ideal]) -> str:
    names = [ideal.target.name for ideal in ideals]
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _shown(ideal: Ideal, response: float) -> str:
    return f"{response:.1%}" if ideal.target.quantity == "probability" else f"{response:.3g}"


def _single(ideal: Ideal) -> Figure:
    strip = _WIDTH / len(ideal.snapshots)
    figure = Figure((_WIDTH, _LARGE + strip + 1.5), layout="constrained")
    top, bottom = figure.subfigures(2, 1, height_ratios=(_LARGE + 0.8, strip + 0.7), squeeze=False)[:, 0]
    large = top.subplots()
    _show(large, ideal.picture)
    large.set_title(f"{ideal.target.name}: {numbers(ideal)}", fontsize=11)
    for axes, moment in zip(bottom.subplots(1, len(ideal.snapshots)), ideal.snapshots, strict=True):
        _show(axes, moment.picture)
        axes.set_title(f"step {moment.step}\n{_shown(ideal, moment.response)}", fontsize=9)
    bottom.supxlabel(textwrap.fill(legend([ideal]), 120), fontsize=9)
    return figure


def _sheet(ideals: Sequence[Ideal]) -> Figure:
    columns = min(len(ideals), _MOST_COLUMNS)
    rows = -(-len(ideals) // columns)
    width = max(columns * _TILE, 2 * _TILE + 1)
    words = textwrap.wrap(legend(ideals), round(width * 14))
    figure = Figure((width, rows * (width / columns + 0.65) + 0.2 + 0.2 * len(words)), layout="constrained")
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes, ideal in zip(panels, ideals, strict=False):
        _show(axes, ideal.picture)
        axes.set_title(textwrap.shorten(ideal.target.name, _LETTERS, placeholder=" …"), fontsize=10)
        axes.set_xlabel(numbers(ideal), fontsize=8)
    for axes in panels[len(ideals) :]:
        axes.set_axis_off()
    figure.supxlabel("\n".join(words), fontsize=8)
    return figure


def _show(axes: Axes, picture: Pixels) -> None:
    interpolation = "nearest" if max(picture.shape[:2]) <= _SMALL else "antialiased"
    axes.imshow(picture, cmap="gray", vmin=0, vmax=255, interpolation=interpolation)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_visible(False)

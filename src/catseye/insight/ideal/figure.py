"""Ideal pictures as a figure: one with the loop as it went, or several as a contact sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.labels import fit_text, wrap_text
from catseye.drawing.numbers import percent, three_digits
from catseye.drawing.picture import draw_picture
from catseye.drawing.titled import titled_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from catseye.insight.ideal.ascent import Ideal

_WIDTH = 8.8  # inches
_LARGE = 4.6  # inches of a single picture
_TILE = 2.4  # inches of one of several
_MOST_COLUMNS = 5
_TITLE, _SIZE = 14, 11  # points: of the name, and of all else
_LEGEND = (
    "Gradient ascent from noise: parameterisation {parameterisation}, variation weight {variation:g}, seed {seed}. "
    "Perturbed: shifted by a 28th of the side, slightly blurred, saved as JPEG."
)


def draw_ideals(ideals: Sequence[Ideal]) -> Figure:
    """Return the figure: one picture with eight moments of its making, or several pictures beside each other."""
    return _single(ideals[0]) if len(ideals) == 1 else _sheet(ideals)


def legend(ideals: Sequence[Ideal]) -> str:
    """Return how the pictures were made."""
    first = ideals[0]
    recipe = first.recipe
    return _LEGEND.format(seed=first.seed, parameterisation=recipe.parameterisation, variation=recipe.variation)


def shown_response(ideal: Ideal, response: float, digits: int = 1) -> str:
    """Return a probability in per cent, or a channel's response in three digits."""
    return percent(response, digits) if ideal.target.quantity == "probability" else three_digits(response)


def numbers(ideal: Ideal) -> str:
    """Return in two lines how much of its goal the picture has, as it is and perturbed, and its variation."""
    score = ideal.score
    values = (shown_response(ideal, score.response), shown_response(ideal, score.perturbed_response))
    return f"{values[0]}, perturbed {values[1]}\ntotal variation {score.total_variation:.1f}"


def _single(ideal: Ideal) -> Figure:
    strip = _WIDTH / len(ideal.snapshots)
    figure = titled_figure(_WIDTH, _LARGE + strip + 2.0, ideal.target.name, _TITLE, bold=True)
    grid = figure.add_gridspec(2, len(ideal.snapshots), height_ratios=(_LARGE, strip))
    large = figure.add_subplot(grid[0, :])
    draw_picture(large, ideal.picture)
    large.set_title(numbers(ideal), fontsize=_SIZE)
    for column, moment in enumerate(ideal.snapshots):
        axes = figure.add_subplot(grid[1, column])
        draw_picture(axes, moment.picture)
        axes.set_title(f"step {moment.step}\n{shown_response(ideal, moment.response)}", fontsize=_SIZE)
    figure.supxlabel("\n".join(wrap_text(legend([ideal]), _WIDTH - 0.3, _SIZE)), fontsize=_SIZE)
    return figure


def _sheet(ideals: Sequence[Ideal]) -> Figure:
    columns = min(len(ideals), _MOST_COLUMNS)
    rows = -(-len(ideals) // columns)
    width = max(columns * _TILE, 2 * _TILE + 1)
    words = wrap_text(legend(ideals), width - 0.3, _SIZE)
    # Their names are the titles: the figure needs none.
    figure = titled_figure(width, rows * (width / columns + 0.7) + 0.5 + 0.22 * len(words), "", _TITLE)
    panels = list(figure.subplots(rows, columns, squeeze=False).flat)
    for axes, ideal in zip(panels, ideals, strict=False):
        draw_picture(axes, ideal.picture)
        name = fit_text(ideal.target.name, width / columns - 0.12, _SIZE, lines=2, smallest=8)
        axes.set_title(name.text, fontsize=name.size)
        axes.set_xlabel(numbers(ideal), fontsize=_SIZE)
    for axes in panels[len(ideals) :]:
        axes.set_axis_off()
    figure.supxlabel("\n".join(words), fontsize=_SIZE)
    return figure

"""Why this answer, as a figure: the picture, maps laid over it, how faithful each is, and the sanity check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from catseye.drawing.labels import cut_text, fit_text, wrap_text
from catseye.drawing.picture import draw_picture
from catseye.insight.explanation.attribution import METHODS
from catseye.insight.explanation.overlay import draw_plain, lay_over
from catseye.insight.explanation.words import answer_lines, completeness_in_words, is_plain, key, scores_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from catseye.insight.explanation.explanation import Explanation
    from catseye.insight.explanation.rating import RatedAttribution
    from catseye.insight.explanation.sanity import Sanity

# Everything has its place in inches: titles and colour bars of several lines are then never cut off.
_CELL, _GAP, _OVER = 2.5, 0.3, 0.5  # side of a picture, between them, title above
_UNDER, _SCORES = 0.75, 0.4  # colour bar below a map, and its scores below that
_NAMES, _HEADING = 0.55, 0.45  # below a small map of the sanity check, and above them all
_SIZE, _KEY_SIZE, _NAME_SIZE, _SMALLEST = 10.0, 8.5, 7.5, 7.0  # points: titles, the key, small maps; the least


def draw_explanation(explanation: Explanation) -> Figure:
    """Return one map on a page, or the picture with a panel for each method, and a row for each sanity check."""
    if is_plain(explanation):
        return draw_plain(explanation)
    judged = explanation.maps
    checks = [one.sanity for one in judged if one.sanity]
    cells = 1 + len(judged) + bool(key(explanation))
    columns = 2 if cells in (2, 4) else 3
    rows = -(-cells // columns)
    width = columns * (_CELL + _GAP) + _GAP
    small = _small(width, checks)
    under = _UNDER + (_SCORES if explanation.random_baseline else 0)
    above = rows * (_OVER + _CELL + under)
    height = above + (_HEADING + len(checks) * (small + _NAMES) if checks else 0)
    figure = Figure((width, height))

    def cell(number: int) -> Axes:
        row, column = divmod(number, columns)
        top = row * (_OVER + _CELL + under) + _OVER
        return _placed(figure, _GAP + column * (_CELL + _GAP), top, _CELL)

    _draw_picture(cell(0), explanation)
    for number, one in enumerate(judged, 1):
        _draw_map(figure, cell(number), explanation, one)
    if key(explanation):
        _draw_key(cell(len(judged) + 1), explanation)
    if checks:
        heading = "Sanity check: weights randomised from the head down; similarity to the map as trained"
        label = fit_text(heading, width - 2 * _GAP, _SIZE, lines=2, smallest=_SMALLEST, bold=True)
        middle = 1 - (above + _HEADING / 3) / height
        figure.text(0.5, middle, label.text, ha="center", va="center", fontsize=label.size, fontweight="bold")
    for row, one in enumerate(one for one in judged if one.sanity):
        _draw_check(figure, above + _HEADING + row * (small + _NAMES), small, explanation, one)
    return figure


def _small(width: float, checks: Sequence[Sanity]) -> float:
    """Return the side in inches of a map of the sanity check: all of a row fit into the width."""
    maps = 1 + max((len(check.depths) for check in checks), default=0)
    return min(_CELL / 2, (width - 2 * _GAP) / maps - _GAP / 3)


def _placed(figure: Figure, left: float, top: float, side: float) -> Axes:
    """Return square axes by their place in inches, from the upper left."""
    width, height = figure.get_size_inches()
    axes = figure.add_axes((left / width, 1 - (top + side) / height, side / width, side / height))
    axes.set_axis_off()
    return axes


def _draw_picture(axes: Axes, explanation: Explanation) -> None:
    draw_picture(axes, explanation.pixels.transpose(1, 2, 0))
    lines = [fit_text(line, _CELL, _SIZE, smallest=_SMALLEST, bold=True) for line in answer_lines(explanation)]
    size = min(line.size for line in lines)
    axes.set_title("\n".join(line.text for line in lines), fontsize=size, fontweight="bold")


def _draw_map(figure: Figure, axes: Axes, explanation: Explanation, one: RatedAttribution) -> None:
    attribution, faithful = one.attribution, one.faithfulness
    method = METHODS[attribution.method]
    where = f"layer {attribution.layer}" if attribution.layer else completeness_in_words(one)
    axes.set_title(f"{method.title}\n{cut_text(where, _CELL, _SIZE)}", fontsize=_SIZE)
    shown = lay_over(axes, explanation, attribution.map, signed=method.signed)
    bar = figure.colorbar(shown, cax=axes.inset_axes((0, -0.06, 1, 0.035)), orientation="horizontal")
    limit = shown.norm.vmax or 0.0
    bar.set_ticks([-limit, 0, limit] if method.signed else [0, limit])
    labels = bar.ax.set_xticklabels([f"{tick:.2g}".replace("-", "−") for tick in bar.get_ticks()])
    labels[0].set_horizontalalignment("left")
    labels[-1].set_horizontalalignment("right")
    bar.ax.tick_params(labelsize=8, length=2)
    bar.ax.grid(visible=False)
    scores = f"\n{scores_in_words(faithful)}\n{faithful.verdict}" if faithful else ""
    bar.set_label(f"{method.unit}{scores}", fontsize=8.5)


def _draw_key(axes: Axes, explanation: Explanation) -> None:
    lines = ["\n".join(wrap_text(line, _CELL, _KEY_SIZE)) for line in key(explanation).split("\n")]
    axes.text(0, 1, "\n\n".join(lines), transform=axes.transAxes, va="top", fontsize=_KEY_SIZE, linespacing=1.25)


def _draw_check(figure: Figure, top: float, side: float, explanation: Explanation, one: RatedAttribution) -> None:
    method, sanity = METHODS[one.attribution.method], one.sanity
    assert sanity is not None
    maps = [sanity.map, *(depth.map for depth in sanity.depths)]
    title = method.title.replace(" ", "\n")
    alike = [
        "–" if sanity.empty else f"{round(depth.similarity, 2) + 0.0:.2f}".replace("-", "−") for depth in sanity.depths
    ]
    names = [
        f"{cut_text(depth.layer, side, _NAME_SIZE)}\n{similarity}"
        for depth, similarity in zip(sanity.depths, alike, strict=True)
    ]
    for column, (found, name) in enumerate(zip(maps, [f"{title}\nas trained", *names], strict=True)):
        axes = _placed(figure, _GAP + column * (side + _GAP / 3), top, side)
        lay_over(axes, explanation, found, signed=method.signed)
        axes.set_title(name, fontsize=_NAME_SIZE, y=0, va="top", pad=-3)

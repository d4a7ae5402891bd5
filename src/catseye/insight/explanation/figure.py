"""Why this answer, as a figure: the picture, maps laid over it, how faithful each is, and the sanity check."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from catseye.drawing.canvas import PAGE_WIDTH
from catseye.drawing.labels import cut_text, fit_text, wrap_text
from catseye.drawing.picture import draw_picture
from catseye.insight.explanation.attribution import METHODS
from catseye.insight.explanation.overlay import draw_plain, lay_over
from catseye.insight.explanation.words import answer_lines, completeness_in_words, is_plain, key, scores_in_words, title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from catseye.insight.explanation.explanation import Explanation
    from catseye.insight.explanation.rated import RatedAttribution
    from catseye.insight.explanation.sanity import Sanity

# Everything has its place in inches: titles and colour bars of several lines are then never cut off.
_CELLS, _GAP, _OVER = (2.3, 3.4), 0.3, 0.65  # least and largest side of a picture, between them, title above
_UNDER, _SCORES = 0.8, 0.45  # colour bar below a map, and its scores below that
_NAMES, _HEADING = 0.62, 0.5  # below a small map of the sanity check, and above them all
_NARROWEST = 8.0  # of the figure
_SIZE, _NAME_SIZE, _SMALLEST = 12.0, 10.0, 9.0  # points: of most words, of small maps; the least
_HEAD, _HEAD_SIZE = 0.45, 15.0  # inches and points of the heading
_LINE = 0.23  # of the key


def draw_explanation(explanation: Explanation, *, words: bool = True) -> Figure:
    """Return one map on a page, or the picture and a map by each method in a row, and below it the sanity checks.

    Without ``words``, the sentence or key is left out, as it stands beside the figure.
    """
    if is_plain(explanation):
        return draw_plain(explanation, words=words)
    judged = explanation.maps
    checks = [one.sanity for one in judged if one.sanity]
    cells = 1 + len(judged)
    side = min(_CELLS[1], max(_CELLS[0], (PAGE_WIDTH - _GAP) / cells - _GAP))
    width = max(_NARROWEST, cells * (side + _GAP) + _GAP)
    small = _small(width, side, checks)
    over = _OVER + (_HEAD if words else 0)
    under = over + side + _UNDER + (_SCORES if explanation.random_baseline else 0)
    meaning = key(explanation) if words else ""
    lines = [line for text in meaning.split("\n") for line in wrap_text(text, width - 2 * _GAP, _SIZE)]
    above = under + (_LINE * len(lines) + _GAP if meaning else 0)
    row = (small + _GAP / 3) * _maps(checks) + _GAP  # inches of a check; several stand side by side where they fit
    abreast = max(1, int((width - _GAP) / row))
    height = above + (_HEADING + -(-len(checks) // abreast) * (small + _NAMES) if checks else 0)
    figure = Figure((width, height), dpi=150)
    if words:
        name = fit_text(title(explanation), width - 2 * _GAP, _HEAD_SIZE, smallest=_SMALLEST, bold=True)
        figure.text(_GAP / width, 1 - 0.2 / height, name.text, va="top", fontsize=name.size, fontweight="bold")
    places = [_placed(figure, _GAP + number * (side + _GAP), over, side) for number in range(cells)]
    _draw_picture(places[0], explanation, side)
    for axes, one in zip(places[1:], judged, strict=True):
        _draw_map(figure, axes, explanation, one, side)
    for number, line in enumerate(lines):
        figure.text(_GAP / width, 1 - (under + _LINE * number) / height, line, va="top", fontsize=_SIZE)
    if checks:
        heading = "Sanity check: weights randomised from the head down; similarity to the map as trained"
        label = fit_text(heading, width - 2 * _GAP, _SIZE, smallest=_SMALLEST, bold=True)
        middle = 1 - (above + _HEADING / 3) / height
        figure.text(_GAP / width, middle, label.text, va="center", fontsize=label.size, fontweight="bold")
    for number, one in enumerate(one for one in judged if one.sanity):
        down, across = divmod(number, abreast)
        place = _GAP + across * row, above + _HEADING + down * (small + _NAMES)
        _draw_check(figure, place, small, explanation, one)
    return figure


def _small(width: float, side: float, checks: Sequence[Sanity]) -> float:
    """Return the side in inches of a map of the sanity check: all of a row fit into the width."""
    return min(0.48 * side, (width - 2 * _GAP) / _maps(checks) - _GAP / 3)


def _maps(checks: Sequence[Sanity]) -> int:
    """Return how many maps the longest check has."""
    return 1 + max((len(check.depths) for check in checks), default=0)


def _placed(figure: Figure, left: float, top: float, side: float) -> Axes:
    """Return square axes by their place in inches, from the upper left."""
    width, height = figure.get_size_inches()
    axes = figure.add_axes((left / width, 1 - (top + side) / height, side / width, side / height))
    axes.set_axis_off()
    return axes


def _draw_picture(axes: Axes, explanation: Explanation, side: float) -> None:
    draw_picture(axes, explanation.pixels.transpose(1, 2, 0))
    lines = [fit_text(line, side, _SIZE, smallest=_SMALLEST, bold=True) for line in answer_lines(explanation)]
    size = min(line.size for line in lines)
    axes.set_title("\n".join(line.text for line in lines), fontsize=size, fontweight="bold")


def _draw_map(figure: Figure, axes: Axes, explanation: Explanation, one: RatedAttribution, side: float) -> None:
    attribution, faithful = one.attribution, one.faithfulness
    method = METHODS[attribution.method]
    where = f"layer {attribution.layer}" if attribution.layer else completeness_in_words(one)
    title = [fit_text(line, side, _SIZE, smallest=_SMALLEST) for line in (method.title, where)]
    axes.set_title("\n".join(line.text for line in title), fontsize=min(line.size for line in title))
    shown = lay_over(axes, explanation, attribution.map, signed=method.signed)
    bar = figure.colorbar(shown, cax=axes.inset_axes((0, -0.06, 1, 0.035)), orientation="horizontal")
    limit = shown.norm.vmax or 0.0
    bar.set_ticks([-limit, 0, limit] if method.signed else [0, limit])
    labels = bar.ax.set_xticklabels([f"{tick:.2g}".replace("-", "−") for tick in bar.get_ticks()])
    labels[0].set_horizontalalignment("left")
    labels[-1].set_horizontalalignment("right")
    bar.ax.tick_params(labelsize=_NAME_SIZE, length=2)
    bar.ax.grid(visible=False)
    scores = (scores_in_words(faithful), faithful.verdict) if faithful else ()
    said = [fit_text(line, side + _GAP / 2, _SIZE, smallest=_SMALLEST) for line in (method.unit, *scores)]
    bar.set_label("\n".join(line.text for line in said), fontsize=min(line.size for line in said))


def _draw_check(
    figure: Figure, place: tuple[float, float], side: float, explanation: Explanation, one: RatedAttribution
) -> None:
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
        axes = _placed(figure, place[0] + column * (side + _GAP / 3), place[1], side)
        lay_over(axes, explanation, found, signed=method.signed)
        axes.set_title(name, fontsize=_NAME_SIZE, y=0, va="top", pad=-3)

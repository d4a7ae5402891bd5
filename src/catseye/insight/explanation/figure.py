"""Why this answer, as a figure: the picture, maps laid over it, how faithful each is, and the sanity check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from catseye.drawing.labels import cut_text, fit_text, wrap_text
from catseye.drawing.picture import draw_picture, interpolation
from catseye.drawing.style import SIGNED, UNSIGNED
from catseye.insight.explanation.attribution import METHODS
from catseye.insight.explanation.faithfulness import STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from catseye.arrays import Floats
    from catseye.insight.explanation.explain import Explanation, RatedAttribution
    from catseye.insight.explanation.sanity import Sanity

# Everything has its place in inches: titles and colour bars of several lines are then never cut off.
_CELL, _GAP, _OVER, _UNDER = 2.5, 0.3, 0.5, 1.15  # side of a picture, between them, title above, scores below
_NAMES, _HEADING = 0.55, 0.45  # below a small map of the sanity check, and above them all
_BRIGHTEST = 98  # percentile of a map's absolute values at which its colours end: one pixel must not decide them
_FAINTEST, _STRONGEST = 0.1, 0.85  # opacity over the picture
_SIZE, _KEY_SIZE, _NAME_SIZE, _SMALLEST = 10.0, 8.5, 7.5, 7.0  # points: titles, the key, small maps; the least


def draw_explanation(explanation: Explanation) -> Figure:
    """Return the picture with a panel for each method, and a row for each sanity check."""
    judged = explanation.maps
    checks = [one.sanity for one in judged if one.sanity]
    columns = 2 if len(judged) == 2 else 3
    rows = -(-(len(judged) + 2) // columns)
    width = columns * (_CELL + _GAP) + _GAP
    small = _small(width, checks)
    above = rows * (_OVER + _CELL + _UNDER)
    height = above + (_HEADING + len(checks) * (small + _NAMES) if checks else 0)
    figure = Figure((width, height))

    def cell(number: int) -> Axes:
        row, column = divmod(number, columns)
        top = row * (_OVER + _CELL + _UNDER) + _OVER
        return _placed(figure, _GAP + column * (_CELL + _GAP), top, _CELL)

    _draw_picture(cell(0), explanation)
    for number, one in enumerate(judged, 1):
        _draw_map(figure, cell(number), explanation, one)
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


def texts(explanation: Explanation) -> list[str]:
    """Return what the figure says as sentences, for a page."""
    found = [", ".join(_answer(explanation)) + "."]
    for one in explanation.maps:
        faithful, attribution = one.faithfulness, one.attribution
        where = f" of layer {attribution.layer}" if attribution.layer else ""
        scores = f"deletion {faithful.deletion:.2f}, insertion {faithful.insertion:.2f}: {faithful.verdict}"
        complete = f" The map is {_complete(one)}." if attribution.completeness else ""
        sane = f" Sanity check {one.sanity.verdict}." if one.sanity else ""
        found.append(f"{METHODS[attribution.method].title}{where}: {scores}.{complete}{sane}")
    return [*found, _key(explanation), *(f"{note[0].upper()}{note[1:]}" for note in explanation.notes)]


def _answer(explanation: Explanation) -> tuple[str, str]:
    """Return the class, and how probable it is; if it is not the most probable one, also that one."""
    if explanation.class_name == explanation.predicted:
        return explanation.class_name, f"{100 * explanation.probability:.1f} %"
    return f"{explanation.class_name}: {100 * explanation.probability:.2g} %", f"predicted: {explanation.predicted}"


def _draw_picture(axes: Axes, explanation: Explanation) -> None:
    draw_picture(axes, explanation.pixels.transpose(1, 2, 0))
    lines = [fit_text(line, _CELL, _SIZE, smallest=_SMALLEST, bold=True) for line in _answer(explanation)]
    size = min(line.size for line in lines)
    axes.set_title("\n".join(line.text for line in lines), fontsize=size, fontweight="bold")


def _draw_map(figure: Figure, axes: Axes, explanation: Explanation, one: RatedAttribution) -> None:
    attribution, faithful = one.attribution, one.faithfulness
    method = METHODS[attribution.method]
    where = f"layer {attribution.layer}" if attribution.layer else _complete(one)
    axes.set_title(f"{method.title}\n{cut_text(where, _CELL, _SIZE)}", fontsize=_SIZE)
    shown = _overlay(axes, explanation, attribution.map, signed=method.signed)
    bar = figure.colorbar(shown, cax=axes.inset_axes((0, -0.06, 1, 0.035)), orientation="horizontal")
    limit = shown.norm.vmax or 0.0
    bar.set_ticks([-limit, 0, limit] if method.signed else [0, limit])
    labels = bar.ax.set_xticklabels([f"{tick:.2g}" for tick in bar.get_ticks()])
    labels[0].set_horizontalalignment("left")
    labels[-1].set_horizontalalignment("right")
    bar.ax.tick_params(labelsize=8, length=2)
    bar.ax.grid(visible=False)
    scores = f"deletion {faithful.deletion:.2f}   insertion {faithful.insertion:.2f}\n{faithful.verdict}"
    bar.set_label(f"{method.unit}\n{scores}", fontsize=8.5)


def _complete(one: RatedAttribution) -> str:
    completeness = one.attribution.completeness
    if completeness is None:
        return ""
    holds = "complete" if completeness.holds else "NOT complete"
    return f"{holds}: sum {completeness.total:.3g} of {completeness.difference:.3g}"


def _overlay(axes: Axes, explanation: Explanation, found: Floats, *, signed: bool) -> Any:
    """Lay a map over the grey picture, the more opaque the larger its values; return what a colour bar describes."""
    grey = explanation.pixels.mean(0)
    how = interpolation(*grey.shape)
    axes.imshow(grey, cmap="gray", vmin=-80, vmax=335, interpolation=how)  # paler: colours must show on it
    limit = float(np.percentile(np.abs(found), _BRIGHTEST)) or float(np.abs(found).max()) or 1.0
    scale = Normalize(-limit if signed else 0, limit)
    colours = SIGNED if signed else UNSIGNED
    strength = np.clip(np.abs(found) / limit, 0, 1)
    opacity = _FAINTEST + (_STRONGEST - _FAINTEST) * np.sqrt(strength)
    axes.imshow(colours(scale(found))[..., :3], alpha=opacity, interpolation=how)
    return ScalarMappable(scale, colours)


def _draw_key(axes: Axes, explanation: Explanation) -> None:
    lines = ["\n".join(wrap_text(line, _CELL, _KEY_SIZE)) for line in _key(explanation).split("\n")]
    axes.text(0, 1, "\n\n".join(lines), transform=axes.transAxes, va="top", fontsize=_KEY_SIZE, linespacing=1.25)


def _key(explanation: Explanation) -> str:
    by_chance = explanation.random_baseline
    lines = [
        f"Deletion: the class's mean probability while the map's strongest squares are removed first, in {STEPS} "
        "steps. Lower is better.",
        "Insertion: the same while they are added first to the baseline picture. Higher is better.",
        f"Squares in random order: {by_chance.mean:.2f} ± {by_chance.sd:.2f} (n = {len(by_chance.areas)}), for both.",
    ]
    if any(METHODS[one.attribution.method].signed for one in explanation.maps):
        lines.append("Orange is evidence for the class, blue against it.")
    return "\n".join(lines)


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
        _overlay(axes, explanation, found, signed=method.signed)
        axes.set_title(name, fontsize=_NAME_SIZE, y=0, va="top", pad=-3)


def _two_digits(value: float) -> str:
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")  # a rounded −0 is 0


def title(explanation: Explanation) -> str:
    """Return a page's title."""
    return f"Why {explanation.class_name}? {Path(explanation.picture).name}"

"""A comparison of runs in every form in which it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.runs.comparison import BASIS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catseye.runs.comparison import Comparison
    from catseye.runs.result import Result

_GAP = "gap: training accuracy minus test accuracy; a large one is a sign of overfitting"


def view_comparison(comparison: Comparison) -> View:
    """Return the runs' numbers side by side, and whether they differ beyond chance."""
    rows = tuple(_row(name, result) for name, result in comparison.results)
    columns = ("run", "network", "parameters>", "train>", "test>", "95 % interval>", "gap>", "time>")
    differences = tuple(map(str, comparison.differences))
    words = (*comparison.notes, *differences, *((BASIS,) if differences else ()))
    return View(
        "Comparison of runs",
        (Table(columns, rows), _GAP, *words),
        comparison.to_json,
        lambda: _draw(comparison),
        words,
    )


def _row(name: str, result: Result) -> tuple[str, ...]:
    test = result.test
    return (
        name,
        result.network,
        f"{result.parameters:,}",
        percent(result.train.accuracy, 2),
        percent(test.accuracy if test else None, 2),
        " to ".join(percent(end, 2) for end in test.accuracy_interval) if test else percent(None),
        percent(result.train.accuracy - test.accuracy if test else None, 2),
        f"{result.seconds.total:.1f} s",
    )


def _draw(comparison: Comparison) -> Figure:
    from catseye.runs.comparison_figure import draw_comparison

    return draw_comparison(comparison)

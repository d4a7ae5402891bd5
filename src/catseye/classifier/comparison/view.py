"""Two classifiers compared on the same pictures, as tables, a figure and a page."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from catseye.classifier.comparison.paired_comparison import PairedComparison
from catseye.classifier.comparison.words import SIDE_BY_SIDE, describe_counts, describe_difference, side_by_side
from catseye.drawing.answer import make_view
from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.short_repr import counted

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

_MOST_ROWS = 10  # pictures in a terminal


@make_view.register(PairedComparison)
def view_paired_comparison(comparison: PairedComparison) -> View:
    """Return both classifiers side by side, the difference in accuracy, and the pictures on which they differ."""
    title = f"{comparison.data}: {counted(comparison.counts.examples, 'picture')}"
    difference, counts = describe_difference(comparison), describe_counts(comparison)
    table = Table(SIDE_BY_SIDE, side_by_side(comparison))
    return View(
        title,
        (title, table, difference, counts, *_differing(comparison)),
        lambda: _draw(comparison),
        (difference, counts, *comparison.notes),
        {".html": partial(_write, comparison)},
        lambda: _html(comparison),
    )


def _differing(comparison: PairedComparison) -> tuple[str | Table, ...]:
    """Return a row for each of the first pictures on which the classifiers differ."""
    differing = comparison.differing
    if not differing:
        return ("They predict the same class for every picture.",)
    rows = tuple(
        (comparison.picture_name(index), comparison.true_class(index), *map(_said, comparison.answer(index)))
        for index in differing[:_MOST_ROWS]
    )
    hidden = len(differing) - len(rows)
    more = (f"… and {hidden:,} more; -o FILE.html shows more, with thumbnails; --json lists all.",) if hidden else ()
    title = f"The predictions differ for {counted(len(differing), 'picture')}:"
    return title, Table(("picture", "true class", *comparison.names), rows), *more


def _said(answer: tuple[str, float]) -> str:
    return f"{answer[0]} {percent(answer[1])}"


def _draw(comparison: PairedComparison) -> Figure:
    from catseye.classifier.comparison.figure import draw_paired_comparison

    return draw_paired_comparison(comparison)


def _write(comparison: PairedComparison, path: Path) -> None:
    from catseye.classifier.comparison.page import write_comparison_page

    write_comparison_page(path, comparison)


def _html(comparison: PairedComparison) -> str:
    from catseye.classifier.comparison.page import render_summary

    return render_summary(comparison)

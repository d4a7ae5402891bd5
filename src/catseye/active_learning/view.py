"""Suggestions as a table, a figure, a page and a CSV file."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from catseye.active_learning.suggestions import Suggestions
from catseye.drawing.answer import make_view
from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from matplotlib.figure import Figure

_COLUMNS = ("picture", "predicted", "probability>", "why it was chosen")


@make_view.register(Suggestions)
def view_suggestions(suggestions: Suggestions) -> View:
    """Return a row for each picture to label; as a page, each with its thumbnail."""
    rows = tuple(
        (
            one.path.relative_to(suggestions.folder).as_posix(),
            one.prediction.class_name,
            percent(one.prediction.probability),
            "; ".join(one.reasons),
        )
        for one in suggestions.pictures
    )
    title = (
        f"{len(rows):,} of {counted(suggestions.candidates, 'unlabelled picture')} in {suggestions.folder} "
        "to label next, most uncertain first"
    )
    writers: dict[str, Callable[[Path], object]] = {".html": partial(_write, suggestions), ".csv": suggestions.save_csv}
    draw = partial(_draw, suggestions, title) if rows else None
    return View(title, (title, Table(_COLUMNS, rows)), draw, writers=writers, html=partial(_html, suggestions, title))


def _draw(suggestions: Suggestions, title: str) -> Figure:
    from catseye.classifier.predictions_figure import draw_predictions

    return draw_predictions([one.prediction for one in suggestions.pictures], title)


def _write(suggestions: Suggestions, path: Path) -> None:
    from catseye.active_learning.page import write_suggestions_page

    write_suggestions_page(path, suggestions)


def _html(suggestions: Suggestions, title: str) -> str:
    from catseye.active_learning.page import render_suggestions

    return render_suggestions(suggestions, title)

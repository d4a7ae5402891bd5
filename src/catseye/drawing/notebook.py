"""An answer as HTML inside a notebook's page, light or dark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.numbers import exact
from catseye.drawing.page import render
from catseye.drawing.parts import Matrices, Table
from catseye.drawing.style import encode_figure, styled
from catseye.images.encode import data_uri

if TYPE_CHECKING:
    from catseye.drawing.view import View

_DOTS = 110  # an inch: sharp at the width of a notebook
_MOST_PARTS, _MOST_ROWS = 24, 40  # of an answer, of a table


def to_html(view: View) -> str:
    """Return a view as an HTML fragment: its own, or its words, tables and figure."""
    if view.html:
        return view.html()
    parts = [_part(part) for part in view.parts[:_MOST_PARTS]]
    return render(
        "catseye.drawing",
        "notebook.html.j2",
        title=view.title,
        parts=parts,
        hidden=len(view.parts) - len(parts),
        figure=figure_uri(view) if view.draw else None,
    )


def figure_uri(view: View) -> str:
    """Return a view's figure as a PNG data URI: what every notebook, also a published one, can show."""
    with styled():
        return data_uri(encode_figure(view.figure(bare=True), "png", _DOTS), "png")


def _part(part: str | Table | Matrices) -> dict[str, object]:
    if isinstance(part, str):
        return {"kind": "words", "words": part.strip()}
    if isinstance(part, Matrices):
        named = [(name, [[exact(value) for value in row] for row in values.tolist()]) for name, values in part.named]
        return {"kind": "matrices", "named": named}
    columns = [(name.rstrip(">"), name.endswith(">")) for name in part.columns]
    return {
        "kind": "table",
        "columns": columns,
        "headed": any(name for name, _ in columns),
        "rows": part.rows[:_MOST_ROWS],
        "hidden": max(0, len(part.rows) - _MOST_ROWS),
        "totals": part.totals,
    }

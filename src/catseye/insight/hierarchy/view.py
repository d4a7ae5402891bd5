"""What channels at several depths look for, as a table and as a figure."""

from __future__ import annotations

from catseye.drawing.answer import make_view
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.insight.hierarchy.figure import draw_hierarchy, sentences, table_rows
from catseye.insight.hierarchy.hierarchy import RULE, Hierarchy
from catseye.short_repr import counted


@make_view.register(Hierarchy)
def view_hierarchy(found: Hierarchy) -> View:
    """Return a row for each channel in the table, and for each layer in the figure."""
    columns = ("layer", "channel>", "contribution>", "ideal: response>", "largest response>", "in")
    said = sentences(found)
    return View(
        f"From edges to {found.class_name} in {found.classifier}",
        (
            f"{found.classifier} on {found.data}: {counted(found.searched, 'picture')} searched",
            Table(columns, tuple(table_rows(found))),
            f"channels: {RULE}",
            *said[1:],
        ),
        lambda: draw_hierarchy(found),
        said,
    )

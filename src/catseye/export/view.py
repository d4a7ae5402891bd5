"""How an export looks."""

from __future__ import annotations

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.export.agreement import LARGEST_DIFFERENCE
from catseye.export.export_result import Export

_MEGABYTE = 1e6


@make_view.register
def _view_export(export: Export) -> View:
    columns = ("checked in", "pictures>", "same class>", "largest difference of a probability>", "of unfamiliarity>")
    rows = tuple(
        (
            one.runtime,
            str(one.checked),
            percent(one.equal_classes),
            f"{one.largest_difference:.1e}",
            "–" if one.unfamiliarity_difference is None else f"{one.unfamiliarity_difference:.1e}",
        )
        for one in export.agreements
    )
    size = f"{export.file}: {export.bytes / _MEGABYTE:,.1f} MB"
    words = (
        f"The answers are those of the classifier; a difference above {LARGEST_DIFFERENCE:g} would have been an error."
    )
    notes = tuple(f"note: {note}" for note in export.notes)
    return View(f"Export to {export.format}", (size, Table(columns, rows), words, *notes))

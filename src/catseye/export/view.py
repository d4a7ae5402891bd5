"""How an export looks."""

from __future__ import annotations

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.export.agreement import LARGEST_DIFFERENCE
from catseye.export.export_result import Export

_UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "KB"))


def size_in_words(count: int) -> str:
    """Return a number of bytes in three digits or fewer: ``"48 KB"``, ``"1.2 MB"``."""
    for unit, name in _UNITS:
        if count >= 0.9995 * unit:
            size = count / unit
            return f"{size:.1f} {name}" if size < 9.95 else f"{size:.0f} {name}"
    return f"{count} bytes"


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
    size = f"{export.file}: {size_in_words(export.bytes)}"
    words = (
        f"The answers are those of the classifier; a difference above {LARGEST_DIFFERENCE:g} would have failed the "
        "export."
    )
    notes = tuple(f"note: {note}" for note in export.notes)
    return View(f"Export to {export.format}", (size, Table(columns, rows), words, *notes))

"""The drift view: a table, and a sentence."""

from __future__ import annotations

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import three_digits
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.serve.drift import MOVED, Change, Drift

_SMALLEST = 1e-4  # smallest p that is written in digits
_MOVED_NOTE = (
    "Share that moved: how many pictures would have to belong to other classes for all shares to be as before."
)


@make_view.register(Drift)
def view_drift(drift: Drift) -> View:
    """Return every change with its interval and test, and which changes are significant."""
    title = f"{drift.pictures:,} served pictures compared with {drift.reference}"
    rows = tuple(_row(change, is_drift=change in drift.drifted) for change in drift.changes)
    before, now = drift.sides
    table = Table(("", f"{before}>", f"{now}>", "95 % interval of the change>", "p>", "test", ""), rows)
    words = (
        f"Drift: {'; '.join(change.quantity for change in drift.drifted)}."
        if drift.drifted
        else f"No drift found: no p is below {three_digits(drift.level)}."
    )
    notes = [_MOVED_NOTE] if any(change.quantity == MOVED for change in drift.changes) else []
    notes += [f"Not compared: {reason}." for reason in drift.missing]
    return View(title, (title, table, *notes, words))


def _row(change: Change, *, is_drift: bool) -> tuple[str, ...]:
    interval = f"{change.interval[0]:+.3f} to {change.interval[1]:+.3f}" if change.interval else ""
    p_value = "" if change.p_value is None else _p(change.p_value)
    numbers = f"{change.before:.3f}", f"{change.now:.3f}", interval
    return change.quantity, *numbers, p_value, change.test, "drift" if is_drift else ""


def _p(value: float) -> str:
    return f"< {_SMALLEST:g}" if value < _SMALLEST else f"{value:.4f}"

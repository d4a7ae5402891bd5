"""Accuracy on moved pictures, in every form in which it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.short_repr import counted
from catseye.studies.shifts.curves import Shifts

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@make_view.register(Shifts)
def view_shifts(shifts: Shifts) -> View:
    """Return the accuracies by pixels, what they say in words, and the figure."""
    rows = tuple(
        (str(pixels), *(curve.shown(pixels) for curve in shifts.curves), percent(lost))
        for pixels, lost in enumerate(shifts.lost)
    )
    table = Table(("pixels>", *(f"{curve.name}>" for curve in shifts.curves), "lost off the edge>"), rows)
    words = (shifts.verdict, _basis(shifts))
    notes = tuple(f"note: {note}" for note in shifts.notes)
    caption = (*words, *shifts.notes)
    return View(f"{shifts.data} on the move", (table, *words, *notes), lambda: _draw(shifts), caption)


def _basis(shifts: Shifts) -> str:
    low, high = shifts.interval(shifts.curves[0], 0)
    trainings = max(len(curve.accuracies) for curve in shifts.curves)
    spread = f"mean ± sample standard deviation of {trainings} trainings" if trainings > 1 else "one training each"
    return (
        f"Accuracy on {counted(shifts.test_pictures, 'test picture')}, each moved down, up, right and left: {spread}. "
        f"With this many pictures, the 95 % interval for {shifts.curves[0].name} on unshifted pictures is "
        f"{percent(low)} to {percent(high)}."
    )


def _draw(shifts: Shifts) -> Figure:
    from catseye.studies.shifts.figure import draw_shifts

    return draw_shifts(shifts)

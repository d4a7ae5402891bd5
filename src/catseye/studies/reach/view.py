"""How far transfer reaches, in every form in which it is given."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.short_repr import counted
from catseye.studies.reach.curves import RULE, Reach

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure


@make_view.register(Reach)
def view_reach(reach: Reach) -> View:
    """Return the accuracies by examples per class, what they say in words, and the figure."""
    rows = tuple(
        (curves.name, str(pair.shots), pair.transfer.shown, pair.scratch.shown, pair.lead.shown)
        for curves in reach.data
        for pair in curves.pairs
    )
    verdicts = tuple(
        f"{curves.name} ({curves.classes} classes, {counted(curves.test_pictures, 'test picture')}): {curves.verdict}\n"
        for curves in reach.data
    )
    notes = tuple(f"note: {note}" for curves in reach.data for note in curves.notes)
    basis = f"Accuracy: mean ± sample standard deviation, n = {reach.seeds}; lead: ± half its 95 % interval. {RULE}"
    table = Table(("data", "per class>", "transfer>", "from scratch>", "lead>"), rows)
    writers = {".html": partial(_write_page, reach)}
    return View("How far does transfer reach?", (table, *verdicts, basis, *notes), lambda: _draw(reach), (), writers)


def _draw(reach: Reach) -> Figure:
    from catseye.studies.reach.figure import draw_reach

    return draw_reach(reach)


def _write_page(reach: Reach, path: Path) -> None:
    from catseye.studies.reach.page import write_reach_page

    write_reach_page(path, reach)

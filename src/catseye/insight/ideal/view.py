"""Ideal pictures in words, as a figure and as a film."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.insight.ideal.ascent import COMPUTED
from catseye.insight.ideal.figure import draw_ideals, heading, shown_response
from catseye.insight.ideal.film import write_film
from catseye.insight.ideal.ideals import Ideals

if TYPE_CHECKING:
    from catseye.insight.ideal.ascent import Ideal


@make_view.register(Ideals)
def view_ideals(ideals: Ideals) -> View:
    """Return one picture with eight moments of its making, or several; as a film, all of them as they grow."""
    made = ideals.pictures
    quantity = "probability>" if all(one.target.kind == "class" for one in made) else "response>"
    columns: tuple[str, ...] = ("ideal", quantity, "perturbed>", "total variation>", "steps>")
    rows: tuple[tuple[str, ...], ...] = tuple(map(_row, made))
    if ideals.files:
        columns += ("picture",)
        rows = tuple((*row, str(file)) for row, file in zip(rows, ideals.files, strict=True))
    return View(
        heading(made, ideals.classifier),
        (Table(columns, rows), "perturbed: shifted by a 28th of the side, slightly blurred and saved as JPEG"),
        lambda: draw_ideals(made, ideals.classifier),
        writers={".gif": lambda path: write_film(path, made, ideals.classifier)},
    )


def _row(ideal: Ideal) -> tuple[str, ...]:
    score = ideal.score
    values = shown_response(ideal, score.response, 2), shown_response(ideal, score.perturbed_response, 2)
    steps = str(ideal.steps) if ideal.made != COMPUTED else COMPUTED
    return ideal.target.name, *values, f"{score.total_variation:.1f}", steps

"""Ideal pictures in every form in which they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.insight.ideal.figure import draw_ideals, shown_response

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.insight.ideal.ascent import Ideal


def view_ideals(ideals: Sequence[Ideal], classifier: str, files: Sequence[Path]) -> View:
    """Return one picture with eight moments of its making, or several; each is also in its own one of ``files``."""
    quantity = "probability>" if all(ideal.target.kind == "class" for ideal in ideals) else "response>"
    columns = ("ideal", quantity, "perturbed>", "total variation>", "steps>", "picture")
    rows = tuple(_row(ideal, file) for ideal, file in zip(ideals, files, strict=True))
    told = [_told(ideal, file) for ideal, file in zip(ideals, files, strict=True)]
    more = f" and {len(ideals) - 1} more" if len(ideals) > 1 else ""
    return View(
        f"Ideal picture of {ideals[0].target.name}{more} for {classifier}",
        (Table(columns, rows), "perturbed: shifted by a 28th of the side, slightly blurred and saved as JPEG"),
        lambda: told[0] if len(told) == 1 else told,
        lambda: draw_ideals(ideals),
    )


def shortfall(ideal: Ideal) -> str:
    """Return why a picture that does not reach its target falls short, and what helps."""
    value = ideal.score.response
    if ideal.target.kind == "channel":
        return f"{ideal.target.name} does not respond ({value:.3g}); name a layer before its relu, or another --seed."
    more = "more --steps or less --variation help."
    return f"{ideal.target.name} has {percent(value, 2)} after {ideal.steps} steps; {more}"


def _row(ideal: Ideal, file: Path) -> tuple[str, ...]:
    judged = ideal.score
    values = shown_response(ideal, judged.response, 2), shown_response(ideal, judged.perturbed_response, 2)
    return ideal.target.name, *values, f"{judged.total_variation:.1f}", str(ideal.steps), str(file)


def _told(ideal: Ideal, file: Path) -> dict[str, Any]:
    quantity, judged = ideal.target.quantity, ideal.score
    return {
        ideal.target.kind: ideal.target.name,
        quantity: judged.response,
        f"{quantity}_after_shift_blur_jpeg": judged.perturbed_response,
        "total_variation": judged.total_variation,
        "steps": ideal.steps,
        "seed": ideal.seed,
        "picture": str(file),
    }

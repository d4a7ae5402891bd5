"""An explanation in every form in which it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.insight.explanation.attribution import METHODS
from catseye.insight.explanation.figure import draw_explanation, texts, title

if TYPE_CHECKING:
    from catseye.insight.explanation.explain import Explanation, RatedAttribution


def view_explanation(explanation: Explanation) -> View:
    """Return which parts of a picture speak for a class, and how faithful each map is."""
    predicted = "" if explanation.class_name == explanation.predicted else f" (predicted: {explanation.predicted})"
    answer = f"{explanation.picture}: {explanation.class_name}, {percent(explanation.probability)}{predicted}"
    columns = ("map", "layer", "deletion>", "insertion>", "faithful")
    by_chance = explanation.random_baseline
    baseline = (
        f"Squares in random order: {by_chance.mean:.3f} ± {by_chance.sd:.3f}, n = {len(by_chance.areas)}. "
        "Deletion should be below that, insertion above."
    )
    sanity = [
        f"{METHODS[one.attribution.method].title}, sanity check {one.sanity.verdict}."
        for one in explanation.maps
        if one.sanity
    ]
    return View(
        title(explanation),
        (answer, Table(columns, tuple(map(_row, explanation.maps))), baseline, *sanity),
        explanation.to_json,
        lambda: draw_explanation(explanation),
        tuple(texts(explanation)),
    )


def _row(one: RatedAttribution) -> tuple[str, ...]:
    scores = one.faithfulness
    return (
        METHODS[one.attribution.method].title,
        one.attribution.layer or "–",
        f"{scores.deletion:.3f}",
        f"{scores.insertion:.3f}",
        scores.verdict,
    )

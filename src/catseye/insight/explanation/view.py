"""An explanation in words and as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.answer import make_view
from catseye.drawing.numbers import percent
from catseye.drawing.parts import Table
from catseye.drawing.view import View
from catseye.insight.explanation.attribution import METHODS
from catseye.insight.explanation.explanation import Explanation
from catseye.insight.explanation.figure import draw_explanation
from catseye.insight.explanation.words import is_plain, sentence, texts, title

if TYPE_CHECKING:
    from catseye.drawing.parts import Part
    from catseye.insight.explanation.rated import RatedAttribution


@make_view.register(Explanation)
def view_explanation(explanation: Explanation) -> View:
    """Return which parts of a picture speak for a class: one map and a sentence, or several maps side by side."""
    parts = (sentence(explanation),) if is_plain(explanation) else _parts(explanation)
    return View(
        title(explanation),
        parts,
        lambda: draw_explanation(explanation),
        tuple(texts(explanation)),
        bare=lambda: draw_explanation(explanation, words=False),
    )


def _parts(explanation: Explanation) -> tuple[Part, ...]:
    """Return the answer, the table of maps, and what their scores and checks say."""
    predicted = "" if explanation.class_name == explanation.predicted else f" (predicted: {explanation.predicted})"
    doubt = "" if explanation.calibrated else " (not calibrated)"
    answer = f"{explanation.picture}: {explanation.class_name}, {percent(explanation.probability)}{doubt}{predicted}"
    sanity = [
        f"{METHODS[one.attribution.method].title}, sanity check {one.sanity.verdict}."
        for one in explanation.maps
        if one.sanity
    ]
    by_chance = explanation.random_baseline
    if by_chance is None:
        return answer, Table(("map", "layer"), tuple(map(_named, explanation.maps))), *sanity
    columns = ("map", "layer", "deletion>", "insertion>", "faithful")
    baseline = (
        f"Squares in random order: {by_chance.mean:.3f} ± {by_chance.sd:.3f}, n = {len(by_chance.areas)}. "
        "Deletion should be below that, insertion above."
    )
    return answer, Table(columns, tuple(map(_rated, explanation.maps))), baseline, *sanity


def _named(one: RatedAttribution) -> tuple[str, ...]:
    return METHODS[one.attribution.method].title, one.attribution.layer or "–"


def _rated(one: RatedAttribution) -> tuple[str, ...]:
    scores = one.faithfulness
    assert scores is not None
    return *_named(one), f"{scores.deletion:.3f}", f"{scores.insertion:.3f}", scores.verdict

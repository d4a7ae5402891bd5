"""An explanation in words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from catseye.drawing.numbers import percent, three_digits
from catseye.insight.explanation.attribution import METHODS
from catseye.insight.explanation.faithfulness import STEPS

if TYPE_CHECKING:
    from catseye.insight.explanation.explanation import Explanation
    from catseye.insight.explanation.faithfulness import Faithfulness
    from catseye.insight.explanation.rated import RatedAttribution

_LEAST = 0.0005  # probability that is not 0.0 %


def title(explanation: Explanation) -> str:
    """Return a page's title."""
    return f"Why {explanation.class_name}? {explanation.classifier} on {Path(explanation.picture).name}"


def is_plain(explanation: Explanation) -> bool:
    """Say whether there is one map, without scores or a check: a sentence is enough."""
    return len(explanation.maps) == 1 and not explanation.maps[0].faithfulness and not explanation.maps[0].sanity


def sentence(explanation: Explanation) -> str:
    """Return what the first map shows, and how certain the classifier is."""
    method, name = METHODS[explanation.maps[0].attribution.method], explanation.class_name
    certain = percent(explanation.probability) if explanation.probability >= _LEAST else "less than 0.1 %"
    doubt = "" if explanation.calibrated else " (not calibrated)"
    if name != explanation.predicted:
        answer = f"{explanation.classifier} gives it {certain}{doubt}, and predicts {explanation.predicted}"
    elif explanation.calibrated:
        answer = f"{explanation.classifier} is {certain} certain of it"
    else:
        answer = f"{explanation.classifier} gives it {certain}{doubt}"
    coarse = " So few positions hardly say where." if explanation.maps[0].attribution.is_coarse else ""
    blank = " The picture is blank." if explanation.is_blank else ""
    return f"{method.meaning.format(name)} ({_title(explanation.maps[0])}); {answer}.{coarse}{blank}"


def _title(one: RatedAttribution) -> str:
    """Return a method's title, with the number of positions where these are few."""
    attribution = one.attribution
    rows, columns = attribution.positions or (0, 0)
    few = f", {rows}×{columns} positions" if attribution.is_coarse else ""
    return f"{METHODS[attribution.method].title}{few}"


def texts(explanation: Explanation) -> list[str]:
    """Return, as sentences for a page, what the figure shows; for several maps in brief."""
    if is_plain(explanation):
        return [sentence(explanation), *map(_capitalised, explanation.notes)]
    found = [", ".join(answer_lines(explanation)) + "."]
    for one in explanation.maps:
        faithful, attribution = one.faithfulness, one.attribution
        where = f" of layer {attribution.layer}" if attribution.layer else ""
        scores = f": {scores_in_words(faithful)}: {faithful.verdict}" if faithful else ""
        complete = f" The map is {completeness_in_words(one)}." if attribution.completeness else ""
        sane = f" Sanity check {one.sanity.verdict}." if one.sanity else ""
        found.append(f"{METHODS[attribution.method].title}{where}{scores}.{complete}{sane}")
    meaning = [key(explanation)] if key(explanation) else []
    return [*found, *meaning, *map(_capitalised, explanation.notes)]


def answer_lines(explanation: Explanation) -> tuple[str, str]:
    """Return the class, and how probable it is; if it is not the most probable one, also that one."""
    if explanation.class_name == explanation.predicted:
        return explanation.class_name, f"{100 * explanation.probability:.1f} %"
    return f"{explanation.class_name}: {100 * explanation.probability:.2g} %", f"predicted: {explanation.predicted}"


def completeness_in_words(one: RatedAttribution) -> str:
    """Return the sum of the map beside what it should be; nothing where that is not known."""
    completeness = one.attribution.completeness
    if completeness is None:
        return ""
    holds = "complete" if completeness.holds else "NOT complete"
    return f"{holds}: sum {three_digits(completeness.total)} of {three_digits(completeness.difference)}"


def scores_in_words(faithful: Faithfulness) -> str:
    """Return deletion and insertion."""
    return f"deletion {faithful.deletion:.2f}, insertion {faithful.insertion:.2f}"


def key(explanation: Explanation) -> str:
    """Return what scores and colours mean, a line each."""
    by_chance, lines = explanation.random_baseline, []
    if by_chance:
        lines = [
            f"Deletion: the class's mean probability while the map's strongest squares are removed first, in {STEPS} "
            "steps. Lower is better.",
            "Insertion: the same while they are added first to the baseline picture. Higher is better.",
            f"Squares in random order: {by_chance.mean:.2f} ± {by_chance.sd:.2f} (n = {len(by_chance.areas)}), for "
            "both.",
        ]
    if any(METHODS[one.attribution.method].signed for one in explanation.maps):
        lines.append("Orange is evidence for the class, blue against it.")
    return "\n".join(lines)


def _capitalised(note: str) -> str:
    return f"{note[0].upper()}{note[1:]}"

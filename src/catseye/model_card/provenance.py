"""Reading the provenance in a classifier's file, which is untrusted input."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from catseye.runs.score import Score

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 1000  # characters of a text
_MOST = 200  # entries of a recipe or a list of versions


def read_mapping(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return the mapping of that name; an empty one if it is missing or of another type."""
    found = values.get(name)
    return dict(list(found.items())[:_MOST]) if isinstance(found, dict) else {}


def read_text(values: Mapping[str, Any], name: str) -> str:
    """Return the text of that name as one line; an empty one if it is missing or of another type."""
    found = values.get(name)
    return to_line(found) if isinstance(found, str) else ""


def to_line(text: str) -> str:
    """Return a text as one safe line: without control characters, at most 1,000 characters long."""
    line = clean(text[: _LONGEST + 1])
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def clean(text: str) -> str:
    """Return a text as one safe line: without control characters."""
    shown = "".join(letter if letter.isprintable() or letter in _IN_WORDS else " " for letter in text)
    return " ".join(shown.split())


def read_score(values: Mapping[str, Any], split: str, classes: int) -> Score | None:
    """Return the score on a split; ``None`` unless every number is plausible."""
    found = read_mapping(values, split)
    try:
        score = Score.from_json(found)
        return score if _is_possible(score, classes) else None
    except (KeyError, TypeError, ValueError):
        return None


def _is_possible(score: Score, classes: int) -> bool:
    shares = (score.accuracy, *score.accuracy_interval, score.expected_calibration_error)
    if not (_is_count(score.examples) and score.examples and _is_number(score.loss) and score.loss >= 0):
        return False
    if not all(_is_number(share) and 0 <= share <= 1 for share in shares):
        return False
    if not score.per_class:
        return True
    counts = all(_is_count(right) and _is_count(count) and right <= count for right, count in score.per_class)
    return counts and len(score.per_class) == classes and sum(count for _, count in score.per_class) == score.examples


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_IN_WORDS = "\u200c\u200d"  # joiners, which several scripts and emoji need

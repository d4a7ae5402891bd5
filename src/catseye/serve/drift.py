"""Drift: whether served pictures still resemble the training pictures, or those served earlier."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.drawing.answer import Answer
from catseye.errors import UsageError
from catseye.evaluation.intervals import wilson_interval

if TYPE_CHECKING:
    from catseye.arrays import Floats
    from catseye.classifier.description import Description
    from catseye.serve.drift_log import LoggedPredictions

LEVEL = 0.01  # of all tests together
MOVED = "class shares (share that moved)"
_FEWEST = 20  # pictures on a side; with fewer, nothing is claimed
_Z_95 = 1.959963984540054  # the normal distribution's 97.5 % point
_MOST_CLASSES = 5  # that are listed


@dataclass(frozen=True)
class Change:
    """One quantity, before and now.

    Attributes
    ----------
    quantity : str
    before, now : float
        Shares or means, 0 to 1.
    interval : (float, float) or None
        95 % interval of ``now - before``; ``None`` for the share that moved, which cannot be negative.
    p_value : float or None
        Of a test of the hypothesis that nothing changed; ``None`` where a row only explains another.
    test : str
        Its name.
    """

    quantity: str
    before: float
    now: float
    interval: tuple[float, float] | None
    p_value: float | None
    test: str


@dataclass(frozen=True, repr=False)
class Drift(Answer):
    """How predictions changed.

    Attributes
    ----------
    reference : str
        What the served pictures are compared with, in words.
    sides : (str, str)
        What ``before`` and ``now`` are, in a word or two.
    pictures : int
        How many served pictures are compared.
    changes : tuple of Change
    missing : tuple of str
        What could not be compared, and why.
    """

    reference: str
    sides: tuple[str, str]
    pictures: int
    changes: tuple[Change, ...]
    missing: tuple[str, ...]

    @property
    def level(self) -> float:
        """The significance level of each test: `LEVEL` divided by the number of tests (Bonferroni)."""
        return LEVEL / max(1, sum(change.p_value is not None for change in self.changes))

    @property
    def drifted(self) -> tuple[Change, ...]:
        """The changes that are significant."""
        return tuple(change for change in self.changes if change.p_value is not None and change.p_value < self.level)

    def __repr__(self) -> str:
        names = "; ".join(change.quantity for change in self.drifted)
        return f"Drift({names or 'none found'}, {self.pictures:,} pictures)"

    def to_json(self) -> dict[str, Any]:
        """Return every change, and whether any counts as drift."""
        return {
            "reference": self.reference,
            "pictures": self.pictures,
            "drift": bool(self.drifted),
            "level": self.level,
            "changes": [
                {
                    "quantity": change.quantity,
                    "before": change.before,
                    "now": change.now,
                    "interval": list(change.interval) if change.interval else None,
                    "p_value": change.p_value,
                    "test": change.test,
                    "drift": change in self.drifted,
                }
                for change in self.changes
            ],
            "missing": list(self.missing),
        }


def compare_halves(logged: LoggedPredictions) -> Drift:
    """Compare the later half of a log with the first; raise `UsageError` if it is too short."""
    _require_pictures(len(logged.classes), 2 * _FEWEST)
    before, now = logged.halves()
    changes = [
        _compare_shares("unlike the training pictures", before.unfamiliarity > 1, now.unfamiliarity > 1),
        _compare_distributions("mean unfamiliarity", before.unfamiliarity, now.unfamiliarity),
    ] if len(now.unfamiliarity) >= _FEWEST else []  # fmt: skip
    changes.append(_compare_distributions("mean confidence", before.confidence, now.confidence))
    changes += _compare_class_shares(Counter(before.classes), Counter(now.classes))
    missing = () if len(now.unfamiliarity) >= _FEWEST else ("unfamiliarity: the log has none",)
    reference = f"the first {len(before.classes):,} of the log"
    return Drift(reference, ("first half", "later half"), len(now.classes), tuple(changes), missing)


def compare_with_training(logged: LoggedPredictions, description: Description) -> Drift:
    """Compare a log with the training data of a classifier's description; raise `UsageError` if it is too short."""
    _require_pictures(len(logged.classes), _FEWEST)
    changes: list[Change] = []
    missing: list[str] = []
    known = description.unfamiliarity
    if known and len(logged.unfamiliarity) >= _FEWEST:
        scores = logged.unfamiliarity
        changes.append(
            _compare_with_share("unlike the training pictures", known.false_alarms, known.examples, scores > 1)
        )
        changes.append(_compare_with_share("unfamiliarity above the training median", 0.5, known.examples, scores > 0))
    else:
        missing.append("unfamiliarity: the classifier or the log has none")
    score = description.provenance.get("measured", {}).get("validation")
    if isinstance(score, dict) and description.calibration.examples:
        changes.append(_compare_confidence(score["accuracy"], score["examples"], logged.confidence))
    else:
        missing.append("confidence: the classifier's file has no validation accuracy")
    counts = description.provenance.get("data", {}).get("class_counts")
    if isinstance(counts, list) and len(counts) == len(description.classes):
        changes += _compare_class_shares(
            Counter(dict(zip(description.classes, counts, strict=True))), Counter(logged.classes)
        )
    else:
        missing.append("class shares: the classifier's file does not say how many pictures each class had")
    sides = "training", "served"
    return Drift("the training pictures", sides, len(logged.classes), tuple(changes), tuple(missing))


def _require_pictures(pictures: int, fewest: int) -> None:
    if pictures < fewest:
        raise UsageError(f"the log has {pictures} predictions; at least {fewest} are needed to tell drift from chance.")


def _compare_shares(quantity: str, before: Any, now: Any) -> Change:
    return _compare_counts(quantity, int(before.sum()), len(before), int(now.sum()), len(now))


def _compare_with_share(quantity: str, share: float, examples: int, now: Any) -> Change:
    return _compare_counts(quantity, round(share * examples), examples, int(now.sum()), len(now))


def _compare_counts(quantity: str, before: int, of_before: int, now: int, of_now: int) -> Change:
    """Return the change of a share, with Newcombe's interval (1998, method 10) and Fisher's exact test."""
    from scipy.stats import fisher_exact

    one, other = before / of_before, now / of_now
    interval = _difference_interval(one, wilson_interval(before, of_before), other, wilson_interval(now, of_now))
    p_value = float(fisher_exact([[before, of_before - before], [now, of_now - now]])[1])
    return Change(quantity, one, other, interval, p_value, "Fisher's exact test")


def _difference_interval(
    one: float, one_interval: tuple[float, float], other: float, other_interval: tuple[float, float]
) -> tuple[float, float]:
    """Return the 95 % interval of ``other - one``, from the interval of each."""
    return (
        other - one - math.hypot(other - other_interval[0], one_interval[1] - one),
        other - one + math.hypot(other_interval[1] - other, one - one_interval[0]),
    )


def _compare_distributions(quantity: str, before: Floats, now: Floats) -> Change:
    """Return the change of a mean, with a test of the whole distribution (two-sample Kolmogorov–Smirnov)."""
    from scipy.stats import ks_2samp

    one, other = float(before.mean()), float(now.mean())
    margin = _Z_95 * math.sqrt(_variance_of_mean(before) + _variance_of_mean(now))
    p_value = float(ks_2samp(before, now, method="asymp").pvalue)
    return Change(quantity, one, other, (other - one - margin, other - one + margin), p_value, "Kolmogorov–Smirnov")


def _variance_of_mean(values: Floats) -> float:
    """Return the variance of the mean."""
    return float(np.var(values, ddof=1)) / len(values)


def _compare_confidence(accuracy: float, examples: int, now: Floats) -> Change:
    """Compare the mean confidence with the accuracy that it was calibrated to equal."""
    mean, margin = float(now.mean()), _Z_95 * math.sqrt(_variance_of_mean(now))
    interval = _difference_interval(
        accuracy, wilson_interval(round(accuracy * examples), examples), mean, (mean - margin, mean + margin)
    )
    deviation = math.sqrt(_variance_of_mean(now) + max(accuracy * (1 - accuracy), 1 / examples) / examples)
    p_value = math.erfc(abs(mean - accuracy) / deviation / math.sqrt(2))
    return Change("mean confidence (training: accuracy)", accuracy, mean, interval, p_value, "z-test")


def _compare_class_shares(before: Counter[str], now: Counter[str]) -> list[Change]:
    """Return the test of all shares together, and the classes whose shares changed most.

    The value of the first row is the total variation distance, half the sum of all changes: the smallest share of the
    pictures that would have to belong to other classes for all shares to be as before.
    """
    from scipy.stats import chi2_contingency

    names = [name for name in {*before, *now} if before[name] + now[name]]
    of_before, of_now = before.total(), now.total()
    if len(names) < 2 or not of_before:
        return []
    p_value = float(chi2_contingency([[before[name] for name in names], [now[name] for name in names]])[1])
    moved = sorted(names, key=lambda name: (-abs(now[name] / of_now - before[name] / of_before), name))
    rows = [
        _compare_counts(f"share predicted {name}", before[name], of_before, now[name], of_now)
        for name in moved[:_MOST_CLASSES]
    ]
    distance = sum(abs(now[name] / of_now - before[name] / of_before) for name in names) / 2
    whole = Change(MOVED, 0.0, distance, None, p_value, "χ² test")
    return [whole, *(Change(row.quantity, row.before, row.now, row.interval, None, "") for row in rows)]

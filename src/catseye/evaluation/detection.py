"""How well a score separates pictures that it should detect from others: AUROC and false alarms."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.arrays import Floats
from catseye.evaluation.intervals import Z_95, wilson_interval

if TYPE_CHECKING:
    from catseye.arrays import Integers

DETECTION = 0.95  # share of the others that are detected where false alarms are counted
THRESHOLD = 1.0  # of a classifier's unfamiliarity: pictures above it are unlike its training pictures
_DRAWS, _SEED = 1_000, 0  # of the bootstrap
_STEPS = 60  # of bisection


@dataclass(frozen=True, eq=False)
class Detection:
    """Unfamiliarity of pictures like the training pictures, and of others, which should score higher.

    Attributes
    ----------
    own : float64 (N,)
    others : float64 (M,)
    data : str
        Name of the others.
    """

    own: Floats
    others: Floats
    data: str

    @property
    def detected(self) -> int:
        """How many of the others are above the classifier's threshold."""
        return int((self.others > THRESHOLD).sum())

    @cached_property
    def auroc(self) -> float:
        """Area under the ROC curve: the probability that one of the others scores higher; ties count half."""
        return compute_auroc(self.own, self.others)

    @cached_property
    def auroc_interval(self) -> tuple[float, float]:
        """Its 95 % interval."""
        return auroc_interval(self.auroc, len(self.own), len(self.others))

    @cached_property
    def false_alarms_at_95(self) -> float:
        """The false-positive rate at 95 % true-positive rate: the share of its own that 95 % detection would flag."""
        return _false_alarms(self.own, self.others)

    @cached_property
    def false_alarms_interval(self) -> tuple[float, float]:
        """Its 95 % interval.

        Pictures of both kinds are resampled with replacement (bootstrap: Efron 1979, Annals of Statistics 7), as the
        threshold itself is uncertain. If no picture is near the threshold, that says nothing, and Wilson's interval for
        a fixed threshold says more: the wider limit of the two counts.
        """
        generator = np.random.default_rng(_SEED)
        own, others = np.sort(self.own), np.sort(self.others)
        shares = [_false_alarms(_draw(own, generator), _draw(others, generator)) for _ in range(_DRAWS)]
        low, high = np.quantile(shares, (0.025, 0.975))
        least, most = wilson_interval(round(self.false_alarms_at_95 * len(own)), len(own))
        return min(float(low), least), max(float(high), most)

    def to_json(self) -> dict[str, Any]:
        """Return the numbers as JSON values."""
        return {
            "against": self.data,
            "against_examples": len(self.others),
            "against_unfamiliar": self.detected / len(self.others),
            "auroc": self.auroc,
            "auroc_interval": list(self.auroc_interval),
            "false_alarms_at_95": self.false_alarms_at_95,
            "false_alarms_at_95_interval": list(self.false_alarms_interval),
        }


def compute_auroc(own: Floats, others: Floats) -> float:
    """Return the area under the ROC curve of the scores ``others`` (M,), the larger ones, against ``own`` (N,)."""
    order = np.sort(own)
    below, up_to = (np.searchsorted(order, others, side) for side in ("left", "right"))
    return float((below + up_to).mean() / 2 / len(own))


def auroc_interval(auroc: float, own: int, others: int) -> tuple[float, float]:
    """Return the 95 % interval of an area under the ROC curve from ``own`` and ``others`` scores.

    It is Newcombe's fifth (2006, Statistics in Medicine 25, 559–573): all θ for which \\|θ − auroc\\| is at most 1.96
    standard errors at θ, with Hanley and McNeil's variance. Unlike a standard error around the estimate, it has a width
    at an area of 1.
    """
    return _limit(auroc, 0.0, own, others), _limit(auroc, 1.0, own, others)


def _limit(auroc: float, end: float, own: int, others: int) -> float:
    inside, outside = auroc, end
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        if abs(middle - auroc) <= Z_95 * _standard_error(middle, own, others):
            inside = middle
        else:
            outside = middle
    return inside


def _standard_error(area: float, own: int, others: int) -> float:
    half = (own + others) / 2 - 1
    spread = 1 + half * (1 - area) / (2 - area) + half * area / (1 + area)
    return math.sqrt(area * (1 - area) * spread / (own * others))


def _false_alarms(own: Floats, others: Floats) -> float:
    detected = math.ceil(DETECTION * len(others))
    threshold = np.partition(others, len(others) - detected)[len(others) - detected]
    return float((own >= threshold).mean())


def _draw(scores: Floats, generator: np.random.Generator) -> Floats:
    chosen: Integers = generator.integers(0, len(scores), len(scores))
    return scores[chosen]

"""The lead of one way of learning over another, with the error from seeds and test pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.drawing.numbers import points
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from catseye.arrays import Booleans

_LEVEL = 0.975  # of Student's distribution: 95 % between both tails
_MOST_FREEDOM = 1e6  # degrees of it, from which on Student's distribution is the normal one


@dataclass(frozen=True, repr=False)
class Lead(ShortRepr):
    """The mean difference of two accuracies on the same test pictures, with its margin of error.

    Attributes
    ----------
    difference : float
        The first mean accuracy minus the second, -1 to 1.
    margin : float
        Half the width of its 95 % interval; infinite for a single test picture. With several seeds it holds for other
        draws of examples and other test pictures alike, with one seed for these examples alone.
    """

    difference: float
    margin: float

    @property
    def ahead(self) -> int:
        """1 if the first way is ahead, -1 if the second is, 0 if the interval contains 0."""
        return 0 if abs(self.difference) <= self.margin else int(math.copysign(1, self.difference))

    @property
    def shown(self) -> str:
        """The lead in percentage points: ``"12.3 ± 4.5 points"``."""
        if math.isinf(self.margin):
            return f"{points(self.difference)} on one test picture"
        return points(self.difference).replace(" ", f" ± {100 * self.margin:.1f} ", 1)

    @property
    def reversed(self) -> Lead:
        """The lead of the second way over the first."""
        return Lead(-self.difference, self.margin)

    def to_json(self) -> dict[str, Any]:
        """Return the lead, and its interval clipped to -1 to 1, as JSON values."""
        interval = [max(-1.0, self.difference - self.margin), min(1.0, self.difference + self.margin)]
        return {"lead": self.difference, "lead_interval": interval}


def measure_lead(first: Booleans, second: Booleans) -> Lead:
    """Return the lead of ``first`` (S, T) over ``second`` (S, T): which of T test pictures each of S seeds gets right.

    The paired differences, -1, 0 or 1, are a table of seeds by pictures, both random factors: mean + seed +
    picture + rest. The variance of their mean is (MS_seeds + MS_pictures - MS_rest) / (S T), by the expected mean
    squares of Cornfield and Tukey (1956), and at least that of either alone; its degrees of freedom are Satterthwaite's
    (1946). To the pictures' squares half a picture is added that only the first way gets right, and half a one that
    only the second does (Agresti and Min 2005): if a few pictures all say the same, others need not. With one seed the
    pictures' variance is all that is known.
    """
    from scipy.stats import t as student

    differences = first.astype(np.float64) - second
    seeds, pictures = differences.shape
    mean = float(differences.mean())
    if pictures == 1:
        return Lead(mean, math.inf)
    by_picture = differences.mean(axis=0)
    of_pictures = seeds * (((by_picture - mean) ** 2).sum() + 1) / (pictures - 1)
    if seeds == 1:
        variance, freedom = of_pictures / pictures, pictures - 1
    else:
        by_seed = differences.mean(axis=1)
        of_seeds = pictures * ((by_seed - mean) ** 2).sum() / (seeds - 1)
        rest = differences - by_seed[:, None] - by_picture + mean
        of_rest = (rest**2).sum() / ((seeds - 1) * (pictures - 1))
        total = max(of_seeds + of_pictures - of_rest, of_seeds, of_pictures)
        variance = total / (seeds * pictures)
        squares = of_seeds**2 / (seeds - 1) + of_pictures**2 / (pictures - 1)
        squares += of_rest**2 / ((seeds - 1) * (pictures - 1))
        freedom = min(total**2 / squares, _MOST_FREEDOM)
    return Lead(mean, float(student.ppf(_LEVEL, freedom)) * math.sqrt(variance))

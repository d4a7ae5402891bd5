"""The pictures among which the ones to label are chosen: those of which a classifier is least sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from catseye.arrays import Floats, Integers


@dataclass(frozen=True, eq=False)
class Shortlist:
    """Some pictures, with what a classifier makes of them.

    Attributes
    ----------
    indices : int64 (M,)
    directions : float32 (M, F)
        Features, scaled to length 1.
    probabilities : float64 (M, K)
    distances : float64 (M,)
        To the nearest labelled picture; NaN where that is not known.
    unfamiliarity : float64 (M,)
        How unlike the training pictures they are; NaN where the classifier does not know.
    """

    indices: Integers
    directions: Floats
    probabilities: Floats
    distances: Floats
    unfamiliarity: Floats

    @property
    def doubts(self) -> Floats:
        """How unsure the classifier is of each, (M,): 0 if it is certain, 1 if two classes are equally probable."""
        return measure_doubts(self.probabilities)

    def join(self, other: Self) -> Self:
        """Return the pictures of both lists."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return type(self)(*(np.concatenate(pair) for pair in pairs))

    def keep_most_doubtful(self, most: int) -> Self:
        """Return the pictures of which the classifier is least sure, ``most`` at most, in their order."""
        if len(self.indices) <= most:
            return self
        rows = np.sort(np.argsort(-self.doubts, kind="stable")[:most])
        return type(self)(*(values[rows] for values in vars(self).values()))


def measure_doubts(probabilities: Floats) -> Floats:
    """Return 1 minus the lead of the most probable class over the next one, for each row of (N, K), K at least 2.

    That is margin sampling (Scheffer, Decomain & Wrobel 2001, Active hidden Markov models for information extraction).
    """
    best = np.partition(probabilities, -2, axis=1)[:, -2:]
    doubts: Floats = 1 - (best[:, 1] - best[:, 0])
    return doubts

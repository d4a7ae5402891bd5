"""The pictures from which the ones to label are chosen: those about which a classifier is most uncertain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from catseye.arrays import Floats, Integers


@dataclass(frozen=True, eq=False)
class Shortlist:
    """Some pictures, with their features and a classifier's probabilities.

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
    def uncertainties(self) -> Floats:
        """How uncertain the classifier is about each, (M,): 0 if certain, 1 if two classes are equally probable."""
        return measure_uncertainties(self.probabilities)

    def join(self, other: Self) -> Self:
        """Return the pictures of both lists."""
        pairs = zip(vars(self).values(), vars(other).values(), strict=True)
        return type(self)(*(np.concatenate(pair) for pair in pairs))

    def keep_most_uncertain(self, most: int) -> Self:
        """Return the most uncertain pictures, at most ``most``, in their original order."""
        if len(self.indices) <= most:
            return self
        rows = np.sort(np.argsort(-self.uncertainties, kind="stable")[:most])
        return type(self)(*(values[rows] for values in vars(self).values()))


def measure_uncertainties(probabilities: Floats) -> Floats:
    """Return 1 minus the lead of the most probable class over the next one, for each row of (N, K), K at least 2.

    This is margin sampling (Scheffer, Decomain & Wrobel 2001, Active hidden Markov models for information extraction).
    """
    best = np.partition(probabilities, -2, axis=1)[:, -2:]
    uncertainties: Floats = 1 - (best[:, 1] - best[:, 0])
    return uncertainties

"""Two classifiers on the same pictures: whether one is clearly better than the other."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from catseye.arrays import Floats


@dataclass(frozen=True)
class Gain:
    """By how much the mean log loss of the second of two classifiers is lower.

    Attributes
    ----------
    mean : float
        In nats; negative if it is higher.
    error : float
        Standard error of the mean difference, picture by picture; infinite for fewer than two pictures.
    needed : float
        What ``mean`` has to exceed to be distinguished from chance; infinite for fewer than two pictures.
    """

    mean: float
    error: float
    needed: float

    @property
    def is_clear(self) -> bool:
        """Whether the second classifier is better by more than chance would explain."""
        return self.mean > self.needed


def compare_losses(before: Floats, after: Floats, classes: int = 1) -> Gain:
    """Return the gain of ``after`` over ``before``, the log losses (N,) of two classifiers on the same pictures.

    One classifier replaces another that is simpler or cheaper only if its gain is clear: above one standard error.
    This is the rule of Breiman et al. (1984, Classification and Regression Trees, 3.4.3), but with the standard error
    of the *difference*. Theirs is that of the best one's own mean. That is mostly the spread between easy and hard
    pictures, which all classifiers share: by it, a backbone that is better on most of the pictures would not be told
    from the default. In the difference, what they share cancels.

    A standard error from six pictures says nothing about a mistake that occurs on every tenth. So one more picture is
    assumed on which the second classifier does as badly as guessing, compared with the first: a gain of ``−log K``.
    With the N others, the mean gain must still exceed its standard error. Let ``m`` and ``s`` be mean and standard
    error of the N gains; solved for ``m``, that is ``m > b + √(b² + s²)`` with ``b = log K / (N − 1)``.

    Parameters
    ----------
    before, after
        In nats, each times the picture's weight if they are weighted.
    classes
        Number of classes K; 1: no picture is added, as ``log 1 = 0``. For choices that cost nothing if wrong.
    """
    gains, count = before - after, len(before)
    if count < 2:
        return Gain(float(gains.mean()), math.inf, math.inf)
    error = float(gains.std(ddof=1) / np.sqrt(count))
    hypothetical = math.log(classes) / (count - 1)
    return Gain(float(gains.mean()), error, hypothetical + math.hypot(hypothetical, error))

"""Which of several classifiers to keep, by what cross-validation says of each training picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Floats


@dataclass(frozen=True, eq=False)
class Judged:
    """What cross-validation says of a classifier.

    Attributes
    ----------
    losses : float64 (N,)
        Log loss of each picture, by a head that did not learn from it, times the picture's weight.
    right : float64 (N,)
        The picture's weight where it was classified correctly, else 0.
    cost : tuple of float
        What a prediction costs; of two that cost the same, the one that is simpler to make comes first.
    """

    losses: Floats
    right: Floats
    cost: tuple[float, ...]


def choose(judged: Sequence[Judged]) -> int:
    """Return the number of the cheapest classifier that is within one standard error of the best.

    This is the rule of Breiman et al. (1984, Classification and Regression Trees, 3.4.3), as Hastie et al. (2009, The
    Elements of Statistical Learning, 7.10) give it: the difference between the best and a cheaper one that chance
    explains is not worth paying for at every prediction. Their standard error is that of the best one's own mean. That
    is mostly the spread between easy and hard pictures, which all classifiers share: by it, a backbone that is better
    on most of the pictures would not be told from the default. Ours is that of the mean difference, picture by
    picture, in which what they share cancels. (It takes the pictures for independent, though the folds' heads share
    most of theirs; without bias no estimate from one cross-validation could be, Bengio & Grandvalet 2004.)

    The best of many is best partly by luck, and a lower loss need not mean fewer mistakes. So a classifier that makes
    more mistakes than the first one, the default, does not count.

    Parameters
    ----------
    judged
        On the same pictures; the first one is the default.
    """
    accurate = _accurate(judged)
    best = min(accurate, key=lambda number: float(judged[number].losses.mean()))
    for number in sorted(accurate, key=lambda number: judged[number].cost):
        gain, error = compare(judged[best], judged[number])
        if gain <= error:
            return number
    return best  # not reached: the best gains nothing over itself


def _accurate(judged: Sequence[Judged]) -> list[int]:
    """Return the numbers of those that make no more mistakes than the default."""
    return [number for number, one in enumerate(judged) if one.right.sum() >= judged[0].right.sum()]


def compare(one: Judged, other: Judged) -> tuple[float, float]:
    """Return by how much lower the mean loss of ``one`` is than the other's, and the standard error of that."""
    gains = other.losses - one.losses
    if len(gains) < 2:
        return float(gains.mean()), float(np.inf)
    return float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(len(gains)))


def explain(judged: Sequence[Judged], chosen: int) -> list[str]:
    """Return for each classifier why it was chosen or not."""
    return [_explain(judged, number, chosen) for number in range(len(judged))]


def _explain(judged: Sequence[Judged], number: int, chosen: int) -> str:
    one, kept = judged[number], judged[chosen]
    if number == chosen:
        if len(judged) == 1:
            return "chosen: the only one that was tried"
        lowest = all(kept.losses.mean() <= judged[other].losses.mean() for other in _accurate(judged))
        return "chosen: the best" if lowest else "chosen: the cheapest within one standard error of the best"
    if number not in _accurate(judged):
        return "more mistakes than the default"
    gain, error = compare(one, kept)
    if one.cost < kept.cost:
        return "worse than the best by more than one standard error"
    if gain <= 0:
        return "not better than the chosen one"
    return f"not better than the chosen one by enough: {gain:.4f} ± {error:.4f}"

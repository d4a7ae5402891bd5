"""Which of several classifiers to keep, judged by the cross-validated loss on each training picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.evaluation.paired_losses import Gain, compare_losses

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
    classes : int
        Number of classes.
    """

    losses: Floats
    right: Floats
    cost: tuple[float, ...]
    classes: int


def choose(judged: Sequence[Judged]) -> int:
    """Return the number of the cheapest classifier that cannot be distinguished from the best.

    The rule is that of `catseye.evaluation.paired_losses`, as Hastie et al. (2009, The Elements of Statistical
    Learning, 7.10) use it: a difference between the best and a cheaper one that chance explains is not worth paying for
    at every prediction. (It takes the pictures for independent, though the folds' heads share most of theirs; without
    bias no estimate from one cross-validation could be, Bengio & Grandvalet 2004.)

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
        if not compare(judged[best], judged[number]).is_clear:
            return number
    return best  # not reached: the best gains nothing over itself


def _accurate(judged: Sequence[Judged]) -> list[int]:
    """Return the numbers of those that make no more mistakes than the default."""
    return [number for number, one in enumerate(judged) if one.right.sum() >= judged[0].right.sum()]


def compare(one: Judged, other: Judged) -> Gain:
    """Return the gain of ``one`` over ``other``."""
    return compare_losses(other.losses, one.losses, one.classes)


def explain(judged: Sequence[Judged], chosen: int) -> list[str]:
    """Return for each classifier why it was chosen or not."""
    return [_explain(judged, number, chosen) for number in range(len(judged))]


def _explain(judged: Sequence[Judged], number: int, chosen: int) -> str:
    one, kept = judged[number], judged[chosen]
    if number == chosen:
        if len(judged) == 1:
            return "chosen: the only one that was tried"
        lowest = all(kept.losses.mean() <= judged[other].losses.mean() for other in _accurate(judged))
        return "chosen: the best" if lowest else "chosen: the cheapest that cannot be distinguished from the best"
    if number not in _accurate(judged):
        return "more mistakes than the default"
    gain = compare(one, kept)
    if one.cost < kept.cost:
        return "worse than the best by more than chance would explain"
    if gain.mean <= 0:
        return "not better than the chosen one"
    return (
        f"cannot be distinguished from the chosen one: better by {gain.mean:.4f} ± {gain.error:.4f}, which would have "
        f"to exceed {gain.needed:.4f}"
    )

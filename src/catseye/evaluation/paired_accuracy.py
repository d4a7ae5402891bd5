"""Two classifiers on the same pictures: the paired difference in accuracy, and whether chance could explain it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from catseye.drawing.numbers import points

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Booleans

_Z_95 = 1.959963984540054  # the normal distribution's 97.5 % point
_HALVINGS = 60  # of an interval at most 2 wide, whose ends are then as exact as a float is
_LEVEL = 0.05
_SMALLEST_P = 1e-4  # that is written in digits


@dataclass(frozen=True)
class PairedCounts:
    """How many pictures each of two classifiers gets right.

    Attributes
    ----------
    both, only_first, only_second, neither : int
        Numbers of pictures that both classify correctly, only one of them, or neither.
    """

    both: int
    only_first: int
    only_second: int
    neither: int

    @classmethod
    def of(cls, first: Booleans, second: Booleans) -> Self:
        """Count pictures by whether the first and the second classifier are right about them, each bool (N,)."""
        both = int((first & second).sum())
        return cls(both, int(first.sum()) - both, int(second.sum()) - both, int((~(first | second)).sum()))

    @property
    def examples(self) -> int:
        """Number of pictures."""
        return self.both + self.only_first + self.only_second + self.neither

    @property
    def difference(self) -> float:
        """Accuracy of the second classifier minus that of the first, -1 to 1."""
        return (self.only_second - self.only_first) / self.examples

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the difference, see :func:`score_interval`."""
        return score_interval(self.only_second, self.only_first, self.examples)

    @property
    def p_value(self) -> float:
        """McNemar's exact p, see :func:`mcnemar_exact`."""
        return mcnemar_exact(self.only_first, self.only_second)

    @property
    def beyond_chance(self) -> bool:
        """Whether the exact p is below 0.05."""
        return self.p_value < _LEVEL

    @property
    def verdict(self) -> str:
        """Whether chance could explain the difference, in a few words that follow the p."""
        if self.only_first == self.only_second:
            return "no difference"
        return "more than chance would explain" if self.beyond_chance else "chance could explain it"

    def __str__(self) -> str:
        low, high = (points(end).removesuffix(" points") for end in self.interval)
        return f"{signed_points(self.difference)} (95 % interval {low} to {high}, n = {self.examples:,})"

    def to_json(self) -> dict[str, Any]:
        """Return counts, difference, interval and p as JSON values."""
        return {
            "both_right": self.both,
            "only_first_right": self.only_first,
            "only_second_right": self.only_second,
            "neither_right": self.neither,
            "accuracy_difference": self.difference,
            "accuracy_difference_interval": list(self.interval),
            "mcnemar_p": self.p_value,
            "beyond_chance": self.beyond_chance,
        }


def signed_points(difference: float) -> str:
    """Return a difference in percentage points with its sign: ``"+1.2 points"``."""
    return points(difference) if difference <= 0 else f"+{points(difference)}"


def describe_p(p_value: float) -> str:
    """Return a p-value in two digits with the sign before it: ``"= 0.013"``, ``"< 0.0001"``."""
    return f"= {p_value:.2g}" if p_value >= _SMALLEST_P else f"< {_SMALLEST_P:.4f}"


def score_interval(more: int, less: int, examples: int) -> tuple[float, float]:
    """Return the 95 % score interval of the difference ``(more - less) / examples`` of two paired proportions.

    By Tango (1998, Statistics in Medicine 17, 891-908): all differences d that the score test does not reject,
    ``(more - less - n d)² <= z² n (2 q + d (1 - d))``, q the most probable share of ``less`` given d. Unlike Wald's
    interval it has a width where no pair differs, z² / (n + z²) to each side, and stays within -1 to 1. Fagerland,
    Lydersen and Laake (2014, Statistics in Medicine 33, 2850-2875) recommend it also for few pairs.

    Parameters
    ----------
    more, less
        Numbers of pairs of which only the one is a success, and only the other.
    examples
        Number of pairs, at least 1.
    """
    observed = (more - less) / examples

    def is_rejected(difference: float) -> bool:
        spread = 2 * _restricted_share(more, less, examples, difference) + difference * (1 - difference)
        return bool(examples * (observed - difference) ** 2 > _Z_95**2 * max(spread, 0.0))

    return _search(is_rejected, observed, -1.0), _search(is_rejected, observed, 1.0)


def _restricted_share(more: int, less: int, examples: int, difference: float) -> float:
    """Return the most probable share of ``less`` among the pairs if the shares differ by ``difference``."""
    linear = (2 * examples - more + less) * difference - more - less
    constant = -less * difference * (1 - difference)
    root = math.sqrt(max(linear**2 - 8 * examples * constant, 0.0))
    return max((root - linear) / (4 * examples), 0.0)


def _search(is_rejected: Callable[[float], bool], inside: float, outside: float) -> float:
    """Return the last difference on the way from ``inside`` that is not rejected, found by bisection."""
    if not is_rejected(outside):
        return outside
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        if is_rejected(middle):
            outside = middle
        else:
            inside = middle
    return inside


def mcnemar_exact(one: int, other: int) -> float:
    """Return the two-sided p of McNemar's exact test, 0 to 1, given how often only one or only the other is right.

    Of pictures about which just one of two equally good classifiers is right, each is right about half: a binomial
    distribution (McNemar 1947, Psychometrika 12, 153-157). 1.0 if there is no such picture.
    """
    pairs, fewer = one + other, min(one, other)
    ways = term = 1
    for drawn in range(fewer):
        term = term * (pairs - drawn) // (drawn + 1)
        ways += term
    chance: float = 2 * ways / 2**pairs
    return min(1.0, chance)

"""How faithful a map is: how the probability changes as the parts that it ranks highest are deleted or inserted."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.evaluation.calibration import softmax
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from catseye.arrays import Booleans, Floats, Integers
    from catseye.insight.explanation.class_score import ClassScore


_SQUARES = 14  # at most, along each side
STEPS = 14  # from the whole picture to the baseline
ORDERS = 10  # at random
_CLEAR = 2  # standard deviations
# Of a probability: the last digit shown, and ten times the difference between two engines for one network. Below it is
# rounding error, which varies little between orders and may still exceed two standard deviations.
LEAST_DIFFERENCE = 1e-3


@dataclass(frozen=True, repr=False)
class RandomBaseline(ShortRepr):
    """The deletion and insertion areas of random orders of the same squares.

    One number serves both: deleting squares in a random order is inserting them in the reverse order, read backwards.

    Attributes
    ----------
    areas : tuple of float
        Areas under the curves of random orders, 0 to 1.
    """

    areas: tuple[float, ...]

    @property
    def mean(self) -> float:
        """The mean area."""
        return statistics.fmean(self.areas)

    @property
    def sd(self) -> float:
        """The sample standard deviation over the orders."""
        return statistics.stdev(self.areas)

    def to_json(self) -> dict[str, Any]:
        """Return mean, deviation and number as JSON values."""
        return {"mean": self.mean, "sd": self.sd, "orders": len(self.areas)}


@dataclass(frozen=True, repr=False)
class Faithfulness(ShortRepr):
    """Areas under the curves of the class's probability (Petsiuk et al. 2018, arXiv:1806.07421), 0 to 1.

    Attributes
    ----------
    deletion : float
        The parts that the map ranks highest are replaced by the baseline first: the lower, the more faithful.
    insertion : float
        They are the first to be put onto the baseline: the higher, the more faithful.
    random_baseline : RandomBaseline
        The baseline that both are compared with.
    """

    deletion: float
    insertion: float
    random_baseline: RandomBaseline

    @property
    def is_flat(self) -> bool:
        """Whether no order of squares makes a difference, as for a blank picture or a network that ignores it."""
        areas = (self.deletion, self.insertion, *self.random_baseline.areas)
        return max(areas) - min(areas) < LEAST_DIFFERENCE

    @property
    def verdict(self) -> str:
        """Which of the two beats random orders by over two standard deviations and ``LEAST_DIFFERENCE``, as words."""
        if self.is_flat:
            return "nothing to tell: the probability does not change"
        margin = max(_CLEAR * self.random_baseline.sd, LEAST_DIFFERENCE)
        lower = self.deletion < self.random_baseline.mean - margin
        higher = self.insertion > self.random_baseline.mean + margin
        if lower and higher:
            return "better than chance"
        if lower or higher:
            return f"only {'deletion' if lower else 'insertion'} better than chance"
        return "no better than chance"

    def to_json(self) -> dict[str, Any]:
        """Return the numbers and the verdict as JSON values."""
        numbers = {"deletion": self.deletion, "insertion": self.insertion, "random": self.random_baseline.to_json()}
        return numbers | {"verdict": self.verdict}


def measure_faithfulness(
    class_score: ClassScore, values: Floats, random_baseline: RandomBaseline, temperature: float, seed: int
) -> Faithfulness:
    """Return how faithful a map (H, W) is.

    Squares of at most a fourteenth of the picture's side are deleted and inserted, in order of the map's mean in each;
    not single pixels as in the paper, because scattered pixels form a pattern of their own, which changes the logits
    whatever the map says. Deleted squares get the baseline's colour. The probabilities are calibrated by
    ``temperature``; ``seed`` decides the order of squares in which the map has the same mean.
    """
    squares = numbered_squares(*values.shape)
    means = np.bincount(squares.ravel(), values.ravel().astype(np.float64)) / np.bincount(squares.ravel())
    order = np.lexsort((np.random.default_rng(seed).random(len(means)), -means))
    inserted = _area(class_score, revealed(squares, order), temperature)
    deleted = _area(class_score, ~revealed(squares, order), temperature)
    return Faithfulness(deleted, inserted, random_baseline)


def measure_random_baseline(class_score: ClassScore, temperature: float, seed: int) -> RandomBaseline:
    """Return the areas of ``ORDERS`` random orders of the squares."""
    squares = numbered_squares(*class_score.picture.shape[1:])
    generator = np.random.default_rng(seed)
    orders = [generator.permutation(int(squares.max()) + 1) for _ in range(ORDERS)]
    return RandomBaseline(tuple(_area(class_score, revealed(squares, order), temperature) for order in orders))


def numbered_squares(height: int, width: int) -> Integers:
    """Return the number of each pixel's square, int64 (H, W); squares at an edge may be smaller."""
    side = math.ceil(max(height, width) / _SQUARES)
    rows, columns = np.arange(height) // side, np.arange(width) // side
    return rows[:, None] * (int(columns[-1]) + 1) + columns


def revealed(squares: Integers, order: Integers) -> Booleans:
    """Return which pixels are visible after each step, bool (steps + 1, H, W): first none, finally all."""
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    steps = min(STEPS, len(order))
    counts = np.round(np.linspace(0, len(order), steps + 1)).astype(np.int64)
    return rank[squares] < counts[:, None, None]


def _area(class_score: ClassScore, masks: Booleans, temperature: float) -> float:
    curve = _probabilities(class_score, masks, temperature)
    return float(np.trapezoid(curve, dx=1 / (len(curve) - 1)))


def _probabilities(class_score: ClassScore, masks: Booleans, temperature: float) -> Floats:
    import torch

    parts = []
    with torch.inference_mode():
        for part in torch.split(torch.from_numpy(masks)[:, None], class_score.batch_size):
            pictures = torch.where(part, class_score.pixels, class_score.baseline)
            parts.append(class_score.answers(pictures).numpy())
    probabilities: Floats = softmax(np.concatenate(parts), temperature)[:, class_score.class_index]
    return probabilities

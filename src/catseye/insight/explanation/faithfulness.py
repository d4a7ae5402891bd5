"""How faithful a map is: what becomes of the probability when its places are taken away, or alone are left."""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from catseye.evaluation.calibration import softmax

if TYPE_CHECKING:
    from catseye.arrays import Booleans, Floats, Integers
    from catseye.insight.explanation.class_score import ClassScore


_SQUARES = 14  # at most, along each side
STEPS = 14  # from the whole picture to the blank one
ORDERS = 10  # at random
_CLEAR = 2  # standard deviations


@dataclass(frozen=True)
class RandomBaseline:
    """What an order that knows nothing comes to: of deletion and insertion alike, on the same squares.

    One number serves both: to delete squares in a random order is to insert them in the reverse one, read backwards.

    Attributes
    ----------
    areas : tuple of float
        Under the curves of random orders, 0 to 1.
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


@dataclass(frozen=True)
class Faithfulness:
    """Areas under the curves of the class's probability (Petsiuk et al. 2018, arXiv:1806.07421), 0 to 1.

    Attributes
    ----------
    deletion : float
        The places that the map calls most important are blanked first: the lower, the more faithful.
    insertion : float
        They come first onto a blank picture: the higher, the more faithful.
    chance : Chance
        What both are to be compared with.
    """

    deletion: float
    insertion: float
    chance: RandomBaseline

    @property
    def verdict(self) -> str:
        """Which of the two is better than a random order, by more than two standard deviations."""
        margin = _CLEAR * self.chance.sd
        lower = self.deletion < self.chance.mean - margin
        higher = self.insertion > self.chance.mean + margin
        if lower and higher:
            return "better than chance"
        if lower or higher:
            return f"only {'deletion' if lower else 'insertion'} better than chance"
        return "no better than chance"

    def to_json(self) -> dict[str, Any]:
        """Return the numbers and the verdict as JSON values."""
        numbers = {"deletion": self.deletion, "insertion": self.insertion, "random": self.chance.to_json()}
        return numbers | {"verdict": self.verdict}


def measure_faithfulness(
    question: ClassScore, found: Floats, random_baseline: RandomBaseline, temperature: float, seed: int
) -> Faithfulness:
    """Return how faithful a map (H, W) is.

    The picture is taken away, and built up, by squares of at most a fourteenth of its side, in order of the map's mean
    in each; not by single pixels as in the paper, for scattered pixels make a pattern of their own, which fools a
    network whatever the map says. What is away has the blank picture's colour. The probabilities are calibrated by
    ``temperature``; ``seed`` decides the order of squares to which the map gives the same value.
    """
    squares = numbered_squares(*found.shape)
    means = np.bincount(squares.ravel(), found.ravel().astype(np.float64)) / np.bincount(squares.ravel())
    order = np.lexsort((np.random.default_rng(seed).random(len(means)), -means))
    inserted = _area(question, revealed(squares, order), temperature)
    deleted = _area(question, ~revealed(squares, order), temperature)
    return Faithfulness(deleted, inserted, random_baseline)


def measure_random_baseline(question: ClassScore, temperature: float, seed: int) -> RandomBaseline:
    """Return what ``ORDERS`` random orders of the squares come to."""
    squares = numbered_squares(*question.picture.shape[1:])
    generator = np.random.default_rng(seed)
    orders = [generator.permutation(int(squares.max()) + 1) for _ in range(ORDERS)]
    return RandomBaseline(tuple(_area(question, revealed(squares, order), temperature) for order in orders))


def numbered_squares(height: int, width: int) -> Integers:
    """Return the number of the square that each pixel lies in, int64 (H, W); those at an edge may be smaller."""
    side = math.ceil(max(height, width) / _SQUARES)
    rows, columns = np.arange(height) // side, np.arange(width) // side
    return rows[:, None] * (int(columns[-1]) + 1) + columns


def revealed(squares: Integers, order: Integers) -> Booleans:
    """Return which pixels show after each step, bool (steps + 1, H, W): at first none, at last all."""
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    steps = min(STEPS, len(order))
    counts = np.round(np.linspace(0, len(order), steps + 1)).astype(np.int64)
    return place[squares] < counts[:, None, None]


def _area(question: ClassScore, masks: Booleans, temperature: float) -> float:
    curve = _probabilities(question, masks, temperature)
    return float(np.trapezoid(curve, dx=1 / (len(curve) - 1)))


def _probabilities(question: ClassScore, masks: Booleans, temperature: float) -> Floats:
    parts = []
    with torch.inference_mode():
        for part in torch.split(torch.from_numpy(masks)[:, None], question.batch_size):
            pictures = torch.where(part, question.pixels, question.blank)
            parts.append(question.logits(pictures).numpy())
    probabilities: Floats = softmax(np.concatenate(parts), temperature)[:, question.class_index]
    return probabilities

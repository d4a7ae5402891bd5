"""The learning rate at each step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.training.recipe import Recipe

RISE_SHARE = 0.25  # of a one-cycle's steps
FIRST_RATE, LAST_RATE = 1 / 25, 1 / 250_000  # of a one-cycle, as shares of the largest


def learning_rate(recipe: Recipe, step: int, steps: int) -> float:
    """Return the learning rate for ``step`` (0 to ``steps`` - 1).

    The exponential schedule multiplies it by the same factor in every step, and all of them by the recipe's decay.
    One cycle rises along half a cosine wave for a quarter of the steps and falls along another
    (Smith & Topin 2018, arXiv:1708.07120).
    """
    largest = recipe.learning_rate
    if recipe.schedule == "constant":
        return largest
    if recipe.schedule == "exponential":
        return float(largest * recipe.learning_rate_decay ** (step / steps))
    if recipe.schedule == "cosine":
        return _between(largest, 0.0, step / steps)
    top = RISE_SHARE * steps - 1
    if step <= top:
        return _between(largest * FIRST_RATE, largest, step / top if top else 1.0)
    return _between(largest, largest * LAST_RATE, (step - top) / (steps - 1 - top))


def _between(start: float, end: float, share: float) -> float:
    return end + (start - end) * (1 + math.cos(math.pi * share)) / 2

"""Pictures with what a classifier said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from catseye.drawing.thumbnails import thumbnail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catseye.datasets import Pictures
    from catseye.evaluation.metrics import Evaluation

_COUNT = 12
_BARS = 3
SEED = 0


@dataclass(frozen=True)
class Card:
    """One picture and the prediction for it."""

    image: str
    pixelated: bool
    name: str
    truth: str
    predicted: str
    right: bool
    top: tuple[tuple[str, float], ...]


def surest_mistakes(pictures: Pictures, evaluation: Evaluation) -> list[Card]:
    """Return the wrong predictions that were made with the most confidence."""
    wrong = np.flatnonzero(evaluation.predicted != evaluation.labels)
    order = wrong[np.argsort(-evaluation.confidence[wrong], kind="stable")]
    return _cards(pictures, evaluation, order[:_COUNT])


def sample(pictures: Pictures, evaluation: Evaluation, *, right: bool) -> list[Card]:
    """Return right, or wrong, predictions drawn at random."""
    members = np.flatnonzero((evaluation.predicted == evaluation.labels) == right)
    return _cards(pictures, evaluation, np.random.default_rng(SEED).permutation(members)[:_COUNT])


def _cards(pictures: Pictures, evaluation: Evaluation, indices: Iterable[int]) -> list[Card]:
    return [_card(pictures, evaluation, int(index)) for index in indices]


def _card(pictures: Pictures, evaluation: Evaluation, index: int) -> Card:
    probabilities, classes = evaluation.probabilities[index], evaluation.classes
    top = np.argsort(-probabilities, kind="stable")[:_BARS]
    truth, predicted = int(evaluation.labels[index]), int(evaluation.predicted[index])
    return Card(
        *thumbnail(pictures.picture(index)),
        pictures.name(index),
        classes[truth],
        classes[predicted],
        truth == predicted,
        tuple((classes[i], float(probabilities[i])) for i in top),
    )

"""Pictures with what a classifier said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from catseye.drawing.thumbnails import thumbnail
from catseye.errors import PictureError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

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


def choose_surest_mistakes(evaluation: Evaluation) -> list[int]:
    """Return the indices of the wrong predictions that were made with the most confidence."""
    wrong = np.flatnonzero(evaluation.predicted != evaluation.labels)
    chosen: list[int] = wrong[np.argsort(-evaluation.confidence[wrong], kind="stable")][:_COUNT].tolist()
    return chosen


def draw_at_random(evaluation: Evaluation, *, right: bool, besides: Collection[int] = ()) -> list[int]:
    """Return the indices of right, or wrong, predictions at random, none of which is among ``besides``."""
    members = np.flatnonzero((evaluation.predicted == evaluation.labels) == right)
    shuffled: list[int] = np.random.default_rng(SEED).permutation(members).tolist()
    return [index for index in shuffled if index not in besides][:_COUNT]


def make_cards(pictures: Pictures, evaluation: Evaluation, indices: Iterable[int]) -> list[Card]:
    """Return the pictures at ``indices`` with their predictions; a picture that has gone since has no image."""
    return [_card(pictures, evaluation, index) for index in indices]


def _card(pictures: Pictures, evaluation: Evaluation, index: int) -> Card:
    try:
        image = thumbnail(pictures.picture(index))
    except PictureError:  # a finished training is not lost for it
        image = "", False
    probabilities, classes = evaluation.probabilities[index], evaluation.classes
    top = np.argsort(-probabilities, kind="stable")[:_BARS]
    truth, predicted = int(evaluation.labels[index]), int(evaluation.predicted[index])
    return Card(
        *image,
        pictures.name(index),
        classes[truth],
        classes[predicted],
        truth == predicted,
        tuple((classes[i], float(probabilities[i])) for i in top),
    )

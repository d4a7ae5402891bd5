"""Pictures with what a classifier said of them."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from catseye.images.preprocess import to_image

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catseye.arrays import Integers
    from catseye.datasets import Pictures
    from catseye.evaluation.metrics import Evaluation

_SIDE = 160  # pixels that a large picture is reduced to
_SMALL = 64  # pixels up to which single pixels are shown as squares
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
        *thumbnail(pictures, index),
        pictures.name(index),
        classes[truth],
        classes[predicted],
        truth == predicted,
        tuple((classes[i], float(probabilities[i])) for i in top),
    )


def thumbnail(pictures: Pictures, index: int) -> tuple[str, bool]:
    """Return a picture made small, as a data URI, and whether its pixels should be shown as squares."""
    image = to_image(pictures.picture(index))
    pixelated = max(image.size) <= _SMALL
    image.thumbnail((_SIDE, _SIDE))
    buffer = io.BytesIO()
    image.save(buffer, "PNG" if pixelated else "JPEG")
    kind = "png" if pixelated else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode()}", pixelated


def every_class_in_turn(labels: Integers, count: int, seed: int) -> list[int]:
    """Return the indices of ``count`` pictures, fewer if there are not as many, going round the classes."""
    generator = np.random.default_rng(seed)
    queues = [generator.permutation(np.flatnonzero(labels == label)).tolist() for label in np.unique(labels)]
    rounds = [queue[turn] for turn in range(max(map(len, queues))) for queue in queues if turn < len(queue)]
    return rounds[:count]

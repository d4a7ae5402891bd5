"""Which pictures to label next: those of which a classifier is unsure, one of each kind.

Measured against other ways to choose, and against chance, in docs/label-next.md.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from catseye.active_learning.clusters import choose_representatives
from catseye.active_learning.novelty import Novelty
from catseye.active_learning.reasons import describe_reasons
from catseye.active_learning.shortlist import Shortlist
from catseye.active_learning.suggestions import Suggestion
from catseye.classifier.prediction import Prediction
from catseye.errors import PictureError
from catseye.system.progress_bar import progress

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.active_learning.features import Described, Describer
    from catseye.arrays import Floats
    from catseye.datasets.pictures import Pictures

_AT_A_TIME = 100  # pictures that are described before those that cannot be chosen are forgotten
_SHORTLISTED = 40  # pictures for each one to choose
_ENOUGH_LABELLED = 100  # pictures after which a classifier knows what it does not know
_MOST_SHORTLISTED = 5000  # where more are to be chosen than this allows for, two for each


def measure_novelty(describe: Describer, labelled: Pictures) -> Novelty | None:
    """Return what measures how unlike labelled pictures others are; ``None`` if none of them can be read."""
    parts = [described.directions for described in _describe_all(describe, labelled, "looking at labelled pictures")]
    known = np.concatenate(parts) if parts else np.empty((0, 1), np.float32)
    return Novelty.fit(known) if len(known) else None


def weigh_doubts(doubts: Floats, labelled: int) -> Floats:
    """Return how much each picture counts, (N,), for a classifier that learned from so many pictures.

    What a classifier of few pictures is unsure of says little: those of one class may all be among the doubtful ones.
    Then difference alone decides, and doubt comes to count in full with 100 pictures.
    """
    weights: Floats = doubts ** min(1.0, labelled / _ENOUGH_LABELLED)
    return weights


def shortlist_size(count: int) -> int:
    """Return among how many doubtful pictures ``count`` are chosen."""
    return max(2 * count, min(_SHORTLISTED * count, _MOST_SHORTLISTED))


def choose_pictures(
    describe: Describer, pictures: Pictures, classes: tuple[str, ...], count: int, learned: int, novelty: Novelty | None
) -> tuple[list[Suggestion], list[PictureError], int]:
    """Return which pictures to label, the most doubtful first; which cannot be read; and how many can.

    Those of which the classifier is least sure, forty for each one to choose, are divided into groups of alike ones, in
    which doubtful ones count for more; the one in the middle of each group is chosen. If there are fewer pictures than
    ``count``, all are chosen.

    Parameters
    ----------
    describe
        Of the classifier.
    pictures
    classes
        Names of the classifier's K classes.
    count
        How many to choose, at least 1.
    learned
        How many pictures the classifier learned from; see :func:`weigh_doubts`.
    novelty
        Of the pictures that are labelled.
    """
    most = shortlist_size(count)
    broken: list[PictureError] = []
    shortlist: Shortlist | None = None
    doubts: list[float] = []
    for number, described in enumerate(_describe_all(describe, pictures, "looking at pictures")):
        broken += [PictureError(out.picture, out.reason) for out in described.left_out]
        part = _measure(described, number * _AT_A_TIME, novelty)
        doubts += part.doubts.tolist()
        shortlist = (shortlist.join(part) if shortlist else part).keep_most_doubtful(most)
    if shortlist is None or not doubts:
        return [], broken, 0
    weights = weigh_doubts(shortlist.doubts, learned)
    chosen, groups = choose_representatives(shortlist.directions, weights, min(count, len(doubts)))
    alike = np.bincount(groups, minlength=len(chosen)) - 1
    otherwise = "unlike the others chosen" if count < len(doubts) else "there are no others"
    usual = _Usual(float(np.median(doubts)), novelty.usual if novelty else np.inf, otherwise)
    order = np.argsort(-shortlist.doubts[chosen], kind="stable")
    suggestions = [_suggest(shortlist, chosen[group], pictures, classes, usual, int(alike[group])) for group in order]
    return suggestions, broken, len(doubts)


class _Usual(NamedTuple):
    """The doubt about most pictures, how far labelled ones are from each other, and the reason to choose any other."""

    doubt: float
    distance: float
    reason: str


def _describe_all(describe: Describer, pictures: Pictures, words: str) -> Iterator[Described]:
    """Yield what a classifier makes of the pictures, a hundred at a time, so that few features are in memory."""
    with progress(words, len(pictures)) as advance:
        for start in range(0, len(pictures), _AT_A_TIME):
            part = pictures.take(list(range(start, min(start + _AT_A_TIME, len(pictures)))))
            yield describe(part)
            advance(len(part))


def _measure(described: Described, start: int, novelty: Novelty | None) -> Shortlist:
    unknown: Floats = np.full(len(described.kept), np.nan)
    distances = novelty.distances(described.directions) if novelty else unknown
    scores = unknown if described.unfamiliarity is None else described.unfamiliarity
    return Shortlist(described.kept + start, described.directions, described.probabilities, distances, scores)


def _suggest(
    shortlist: Shortlist, row: int, pictures: Pictures, classes: tuple[str, ...], usual: _Usual, alike: int
) -> Suggestion:
    probabilities, distance = shortlist.probabilities[row], float(shortlist.distances[row])
    path, best = pictures.name(int(shortlist.indices[row])), int(probabilities.argmax())
    doubt, score = float(shortlist.doubts[row]), float(shortlist.unfamiliarity[row])
    prediction = Prediction(path, classes[best], float(probabilities[best]), probabilities, classes, Path(path))
    if not np.isnan(score):
        prediction = replace(prediction, unfamiliarity=score)
    unlike = distance > usual.distance if prediction.unfamiliar is None else prediction.unfamiliar
    reasons = describe_reasons(
        probabilities,
        doubt,
        classes,
        unlike=unlike,
        doubtful=doubt > usual.doubt,
        alike=alike,
        otherwise=usual.reason,
    )
    return Suggestion(Path(path), prediction, doubt, None if np.isnan(distance) else distance, reasons)

"""Which pictures to label next: those about which a classifier is uncertain, one of each kind.

docs/label-next.md compares this with other strategies and with random choice.
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

_AT_A_TIME = 100  # pictures whose features are computed before those that cannot be chosen are dropped
_SHORTLISTED = 40  # pictures for each one to choose
_ENOUGH_LABELLED = 100  # training pictures from which on a classifier's uncertainty can be relied on
_MOST_SHORTLISTED = 5000  # where more are to be chosen than this allows for, two for each


def measure_novelty(describe: Describer, labelled: Pictures) -> Novelty | None:
    """Return what measures how far pictures are from the labelled ones; ``None`` if no labelled picture can be read."""
    parts = [described.directions for described in _describe_all(describe, labelled, "reading labelled pictures")]
    known = np.concatenate(parts) if parts else np.empty((0, 1), np.float32)
    return Novelty.fit(known) if len(known) else None


def weigh_uncertainties(uncertainties: Floats, labelled: int) -> Floats:
    """Return the weight of each picture, (N,), for a classifier with this many training pictures.

    After few training pictures, uncertainty says little: the uncertain pictures may all be of one class. At first only
    diversity decides; from 100 training pictures on, uncertainty counts in full.
    """
    weights: Floats = uncertainties ** min(1.0, labelled / _ENOUGH_LABELLED)
    return weights


def shortlist_size(count: int) -> int:
    """Return the size of the shortlist of uncertain pictures from which ``count`` are chosen."""
    return max(2 * count, min(_SHORTLISTED * count, _MOST_SHORTLISTED))


def choose_pictures(
    describe: Describer, pictures: Pictures, classes: tuple[str, ...], count: int, learned: int, novelty: Novelty | None
) -> tuple[list[Suggestion], list[PictureError], int]:
    """Return the pictures to label, most uncertain first; those that cannot be read; and how many can be read.

    The most uncertain pictures, forty for each one to choose, are divided into groups of similar ones, in which more
    uncertain pictures count for more; the one in the middle of each group is chosen. If there are fewer pictures than
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
        How many pictures the classifier learned from; see :func:`weigh_uncertainties`.
    novelty
        Of the pictures that are labelled.
    """
    most = shortlist_size(count)
    broken: list[PictureError] = []
    shortlist: Shortlist | None = None
    uncertainties: list[float] = []
    for number, described in enumerate(_describe_all(describe, pictures, "reading pictures")):
        broken += [PictureError(out.picture, out.reason) for out in described.left_out]
        part = _measure(described, number * _AT_A_TIME, novelty)
        uncertainties += part.uncertainties.tolist()
        shortlist = (shortlist.join(part) if shortlist else part).keep_most_uncertain(most)
    if shortlist is None or not uncertainties:
        return [], broken, 0
    weights = weigh_uncertainties(shortlist.uncertainties, learned)
    chosen, groups = choose_representatives(shortlist.directions, weights, min(count, len(uncertainties)))
    alike = np.bincount(groups, minlength=len(chosen)) - 1
    otherwise = "unlike the other pictures chosen" if count < len(uncertainties) else "all pictures are listed"
    usual = _Usual(float(np.median(uncertainties)), novelty.usual if novelty else np.inf, otherwise)
    order = np.argsort(-shortlist.uncertainties[chosen], kind="stable")
    suggestions = [_suggest(shortlist, chosen[group], pictures, classes, usual, int(alike[group])) for group in order]
    return suggestions, broken, len(uncertainties)


class _Usual(NamedTuple):
    """The median uncertainty, the usual distance between labelled pictures, and the reason if no other applies."""

    uncertainty: float
    distance: float
    reason: str


def _describe_all(describe: Describer, pictures: Pictures, words: str) -> Iterator[Described]:
    """Yield features and probabilities, a hundred pictures at a time, so that few features are in memory."""
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
    uncertainty, score = float(shortlist.uncertainties[row]), float(shortlist.unfamiliarity[row])
    prediction = Prediction(path, classes[best], float(probabilities[best]), probabilities, classes, Path(path))
    if not np.isnan(score):
        prediction = replace(prediction, unfamiliarity=score)
    unlike = distance > usual.distance if prediction.unfamiliar is None else prediction.unfamiliar
    reasons = describe_reasons(
        probabilities,
        uncertainty,
        classes,
        unlike=unlike,
        uncertain=uncertainty > usual.uncertainty,
        alike=alike,
        otherwise=usual.reason,
    )
    return Suggestion(Path(path), prediction, uncertainty, None if np.isnan(distance) else distance, reasons)

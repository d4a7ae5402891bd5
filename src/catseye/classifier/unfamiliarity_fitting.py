"""The unfamiliarity score fitted to the features of the training pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from catseye.classifier.backbone_profiles import BackboneProfiles, PretrainedHead
from catseye.classifier.mahalanobis import Mahalanobis
from catseye.classifier.unfamiliarity import Scale, Unfamiliarity
from catseye.datasets.splits import stratified, stratified_folds
from catseye.evaluation.detection import compute_auroc
from catseye.system.threads import map_threads

if TYPE_CHECKING:
    from catseye.arrays import Floats, Integers

FALSE_ALARMS = 0.05  # share of the training pictures, left out in turn, that are above the threshold
MOST_EXAMPLES = 1000  # pictures: more take longer and change little
_FEWEST = 4  # pictures, so that some can be left out
_FOLDS, _RANK = 5, 64
_FEWEST_CLASSES, _MOST_CLASSES = 3, 10  # treated as unknown in turn
_MOST_BYTES = 1_900_000  # in the classifier's file
_MOST_NUMBERS = 50_000_000  # in the features at a time
_LEAST_SCALE = 1e-9


@dataclass(frozen=True, eq=False)
class KnownPictures:
    """Features of pictures that a classifier knows.

    Attributes
    ----------
    vectors : float32 (N, F)
        Of the training pictures.
    labels : int64 (N,)
    held_out : float32 (M, F) or None
        Of validation pictures, for a network whose features were trained on the training pictures: these lie closer
        together than those of other pictures. Without them, training pictures are left out in turn.
    """

    vectors: Floats
    labels: Integers
    held_out: Floats | None = None


def fit_unfamiliarity(
    known: KnownPictures, layer: str, pretrained_head: PretrainedHead | None = None, seed: int = 0
) -> Unfamiliarity | None:
    """Return the score, or ``None`` if there are too few pictures, too many features, or features that are not finite.

    Parameters
    ----------
    known
    layer
        The dense layer whose inputs the features are.
    pretrained_head
        The head with which the backbone was trained, for a backbone without fine-tuning.
    seed
        Decides which pictures are left out together.
    """
    known = _at_most(known, seed)
    held_out = known.held_out
    if len(known.vectors) < _FEWEST or (held_out is not None and len(held_out) < _FEWEST):
        return None
    if not np.isfinite(known.vectors).all() or not (held_out is None or np.isfinite(held_out).all()):
        return None
    width, classes = known.vectors.shape[1], len(np.unique(known.labels))
    if 6 * width > _MOST_BYTES:
        return None
    size = BackboneProfiles.size(len(pretrained_head.bias), width, classes) if pretrained_head else 0
    if size + 4 * width * _RANK > _MOST_BYTES:
        pretrained_head, size = None, 0
    rank = max(1, min(_RANK, (_MOST_BYTES - size - 4 * width) // (2 * width + 4 * classes)))
    with threadpool_limits(1, "blas"):  # as for a head: the folds keep the cores busy
        return _fit(known, layer, pretrained_head, rank, seed)


def _fit(
    known: KnownPictures, layer: str, pretrained_head: PretrainedHead | None, rank: int, seed: int
) -> Unfamiliarity:
    vectors, labels = known.vectors, known.labels
    profiles = BackboneProfiles.fit(pretrained_head, vectors, labels) if pretrained_head else None
    predicted = profiles.predict(vectors) if profiles else None
    if profiles and predicted is not None and _do_profiles_harm(vectors, labels, profiles, predicted, rank, seed):
        profiles = None
    if known.held_out is not None:
        mahalanobis = Mahalanobis.fit(vectors, labels, rank)
        distances = [mahalanobis.distances(known.held_out)]
        distances += [profiles.distances(profiles.predict(known.held_out))] if profiles else []
    else:
        folds = stratified_folds(labels, min(_FOLDS, len(labels)), seed)
        mahalanobis, left_out = _fit_in_turn(vectors, labels, folds, rank)
        distances = [left_out]
        distances += (
            [_profile_in_turn(predicted, labels, folds, profiles)] if profiles and predicted is not None else []
        )
    scales = tuple(_scale(values)[0] for values in distances)
    summed = np.sum([scale.apply(values) for scale, values in zip(scales, distances, strict=True)], axis=0)
    total, false_alarms = _scale(summed)
    return Unfamiliarity(layer, mahalanobis, profiles, scales, total, false_alarms, len(summed))


def _do_profiles_harm(
    vectors: Floats, labels: Integers, profiles: BackboneProfiles, predicted: Floats, rank: int, seed: int
) -> bool:
    """Say whether unknown classes are detected less well with the backbone's predictions than without them.

    ImageNet has no names for some things: the predictions for groceries say little about them, and add noise. Each
    class, or ten of many, is treated as unknown in turn: half of the other pictures are used for fitting, and the
    unknown ones must be detected among the other half. The predictions do harm if they lower the mean AUROC by more
    than its standard error over the classes. With two classes this cannot be decided.
    """
    classes = np.unique(labels)
    if len(classes) < _FEWEST_CLASSES:
        return False
    if len(classes) > _MOST_CLASSES:
        classes = np.random.default_rng(seed).permutation(classes)[:_MOST_CLASSES]

    def measure_gain(unknown: int) -> float:
        inside, outside = np.flatnonzero(labels != unknown), np.flatnonzero(labels == unknown)
        first, second = (inside[part] for part in stratified(labels[inside], 0.5, seed))
        if min(len(first), len(second)) < _FEWEST:
            return 0.0
        alone = Mahalanobis.fit(vectors[first], labels[first], rank).distances(vectors)
        profiled = profiles.with_profiles(predicted[first], labels[first]).distances(predicted)
        scales = [_scale(distances[second])[0] for distances in (alone, profiled)]
        both = scales[0].apply(alone) + scales[1].apply(profiled)
        return compute_auroc(both[second], both[outside]) - compute_auroc(alone[second], alone[outside])

    gains = np.array(list(map_threads(measure_gain, classes.tolist())))
    return bool(gains.mean() < -gains.std(ddof=1) / np.sqrt(len(gains)))


def _fit_in_turn(vectors: Floats, labels: Integers, folds: Integers, rank: int) -> tuple[Mahalanobis, Floats]:
    """Return the distribution of all pictures, and the distance (N,) of each from those outside its fold."""
    distances = np.zeros(len(labels))

    def fit(fold: int | None) -> Mahalanobis | None:
        if fold is None:
            return Mahalanobis.fit(vectors, labels, rank)
        inside, outside = folds != fold, folds == fold
        distances[outside] = Mahalanobis.fit(vectors[inside], labels[inside], rank).distances(vectors[outside])
        return None

    whole, *_ = map_threads(fit, (None, *np.unique(folds).tolist()))
    assert whole is not None
    return whole, distances


def _profile_in_turn(predicted: Floats, labels: Integers, folds: Integers, profiles: BackboneProfiles) -> Floats:
    """Return the distance (N,) of each picture's predictions (N, C) from the profiles of those outside its fold."""
    distances = np.zeros(len(labels))
    for fold in np.unique(folds):
        inside, outside = folds != fold, folds == fold
        distances[outside] = profiles.with_profiles(predicted[inside], labels[inside]).distances(predicted[outside])
    return distances


def _scale(values: Floats) -> tuple[Scale, float]:
    """Return the scale of these distances (N,), and the share of further ones that are expected above its limit.

    Of N + 1 exchangeable distances, one is above the k-th smallest of the N others with
    probability (N + 1 - k) / (N + 1) (Vovk et al. 2005, Algorithmic Learning in a Random World).
    """
    count = len(values)
    rank = min(math.ceil((count + 1) * (1 - FALSE_ALARMS)), count)
    median, limit = float(np.median(values)), float(np.sort(values)[rank - 1])
    limit = max(limit, median + _LEAST_SCALE * max(abs(median), 1.0))  # copies of one picture have equal distances
    return Scale(median, limit), (count + 1 - rank) / (count + 1)


def _at_most(known: KnownPictures, seed: int) -> KnownPictures:
    """Return a sufficient number of the pictures, evenly from all classes."""
    most = max(min(MOST_EXAMPLES, _MOST_NUMBERS // known.vectors.shape[1]), _FEWEST)
    vectors, labels, held_out = known.vectors, known.labels, known.held_out
    if len(labels) > most:
        _, chosen = stratified(labels, most / len(labels), seed)
        if len(chosen) < most // 2:  # most classes have a single picture, which stays in the first part
            chosen = np.sort(np.random.default_rng(seed).permutation(len(labels))[:most])
        vectors, labels = vectors[chosen], labels[chosen]
    return KnownPictures(vectors, labels, held_out)

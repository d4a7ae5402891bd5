"""A head on a backbone's features: how strongly it may lean on them is chosen by cross-validation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from catseye.datasets.splits import stratified, stratified_folds
from catseye.evaluation.calibration import Calibration, fit_temperature, log_losses, softmax
from catseye.system.threads import map_threads
from catseye.transfer_learning.logistic import Layer, solve
from catseye.transfer_learning.whitening import Whitening

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.arrays import Floats, Integers

FOLDS = 5
STRENGTHS = (1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0)
USUAL_STRENGTH = 1e-2  # where no class has two pictures to choose by
_PATIENCE = 2  # strengths in a row that do worse, after which larger ones are not tried
_ENOUGH_TO_CHOOSE = 4000  # pictures
_TOLERANCE, _ROUGH_TOLERANCE = 1e-7, 1e-5  # of the head that is kept, and of those that strengths are compared by


@dataclass(frozen=True, eq=False)
class Examples:
    """What a head learns from.

    Attributes
    ----------
    vectors : float32 (N, F)
        Features.
    labels : int64 (N,)
    classes : int
    copies : float32 (N, F) or None
        Features of the same pictures mirrored, which count as further examples.
    balanced : bool
        Let every class count the same, however many pictures it has.
    """

    vectors: Floats
    labels: Integers
    classes: int
    copies: Floats | None = None
    balanced: bool = False

    def take(self, indices: Integers) -> Examples:
        """Return the examples at ``indices``."""
        copies = None if self.copies is None else self.copies[indices]
        return Examples(self.vectors[indices], self.labels[indices], self.classes, copies, self.balanced)

    @property
    def weights(self) -> Floats:
        """How much each picture counts, float64 (N,), 1 on average."""
        counts = np.bincount(self.labels, minlength=self.classes)
        if not self.balanced:
            return np.ones(len(self.labels))
        weights: Floats = len(self.labels) / (np.count_nonzero(counts) * counts[self.labels])
        return weights

    @property
    def scored(self) -> Integers:
        """The pictures that have another of their class to be recognised by."""
        return np.flatnonzero(np.bincount(self.labels, minlength=self.classes)[self.labels] > 1)


@dataclass(frozen=True, eq=False)
class Head:
    """A solved head, and what is known of it without any further picture.

    Attributes
    ----------
    layer : Layer
        On the backbone's own features.
    strength : float
        That cross-validation chose.
    calibration : Calibration
        Fitted on the cross-validated logits.
    validation : float64 (N, K)
        Cross-validated logits: each picture's by a head that did not learn from it.
    scored : int64 (M,)
        The pictures for which these say something: those whose class has another picture.
    """

    layer: Layer
    strength: float
    calibration: Calibration
    validation: Floats
    scored: Integers


def fit_head(examples: Examples, seed: int, folds: int = FOLDS) -> Head:
    """Return the head for ``examples``; ``seed`` decides the ``folds`` of the cross-validation."""
    # Two threads on one small product wait for each other: measured five to fifteen times slower than one. The folds
    # keep the cores busy instead.
    with threadpool_limits(1, "blas"):
        return _fitted(examples, seed, folds)


def _fitted(examples: Examples, seed: int, folds: int) -> Head:
    whitening = Whitening.fit(examples.vectors)
    inner = Examples(
        whitening.whiten(examples.vectors),
        examples.labels,
        examples.classes,
        None if examples.copies is None else whitening.whiten(examples.copies),
        examples.balanced,
    )
    strength, validation = _cross_validated(inner, seed, folds)
    scored = examples.scored
    calibration = Calibration()
    if len(scored):
        calibration = fit_temperature(validation[scored], examples.labels[scored])
    layer = _solved(inner, strength, _TOLERANCE, None)
    return Head(whitening.unwhiten(layer), strength, calibration, validation, scored)


def _cross_validated(examples: Examples, seed: int, folds: int) -> tuple[float, Floats]:
    """Return the best strength, and all pictures' logits by heads of that strength that did not learn from them."""
    if not len(examples.scored):
        return USUAL_STRENGTH, np.zeros((len(examples.labels), examples.classes))
    some = examples
    if len(examples.labels) > _ENOUGH_TO_CHOOSE:
        _, chosen = stratified(examples.labels, _ENOUGH_TO_CHOOSE / len(examples.labels), seed)
        some = examples.take(chosen)
    strength, logits = _chosen(some, seed, folds)
    if some is not examples:
        _, logits = next(_path(examples, (strength,), seed, folds))
    return strength, logits


def _chosen(examples: Examples, seed: int, folds: int) -> tuple[float, Floats]:
    """Return the smallest strength that does as well as the best, within one standard error of it, and its logits.

    The rule is Breiman et al.'s (1984, Classification and Regression Trees, 3.4.3); what is compared is the log loss
    after calibration, as the strength itself scales the logits.
    """
    scored = examples.scored
    tried: list[tuple[float, float, float, Floats]] = []  # loss, its standard error, strength, logits
    for strength, logits in _path(examples, STRENGTHS, seed, folds):
        calibration = fit_temperature(logits[scored], examples.labels[scored])
        losses = log_losses(softmax(logits[scored], calibration.temperature), examples.labels[scored])
        losses *= examples.weights[scored]
        tried.append((float(losses.mean()), float(losses.std() / np.sqrt(len(losses))), strength, logits))
        best = min(range(len(tried)), key=lambda i: tried[i][0])
        if len(tried) - 1 - best >= _PATIENCE:
            break
    limit = tried[best][0] + tried[best][1]
    _, _, strength, logits = next(entry for entry in tried if entry[0] <= limit)
    return strength, logits


def _path(examples: Examples, strengths: tuple[float, ...], seed: int, folds: int) -> Iterator[tuple[float, Floats]]:
    """Yield each strength with the cross-validated logits (N, K), every head beginning where the last one ended."""
    largest = int(np.bincount(examples.labels).max())
    places = stratified_folds(examples.labels, min(folds, largest), seed)
    parts = [(np.flatnonzero(places != fold), np.flatnonzero(places == fold)) for fold in range(places.max() + 1)]
    layers: list[Layer | None] = [None] * len(parts)
    for strength in strengths:

        def solved(fold: int, strength: float = strength) -> Layer:
            return _solved(examples.take(parts[fold][0]), strength, _ROUGH_TOLERANCE, layers[fold])

        logits = np.zeros((len(examples.labels), examples.classes))
        for fold, layer in enumerate(map_threads(solved, range(len(parts)))):
            layers[fold] = layer
            logits[parts[fold][1]] = layer.logits(examples.vectors[parts[fold][1]])
        yield strength, logits


def _solved(examples: Examples, strength: float, tolerance: float, start: Layer | None) -> Layer:
    vectors, labels, weights = examples.vectors, examples.labels, examples.weights
    if examples.copies is not None:
        vectors = np.concatenate([vectors, examples.copies])
        labels, weights = np.tile(labels, 2), np.tile(weights, 2) / 2  # together they count as one picture
    return solve(vectors, labels, weights, examples.classes, strength, tolerance, start)

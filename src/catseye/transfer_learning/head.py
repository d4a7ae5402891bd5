"""A head on a backbone's features: its regularisation is chosen by cross-validation, which also calibrates it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from threadpoolctl import threadpool_limits

from catseye.datasets.splits import stratified, stratified_folds
from catseye.evaluation.calibration import Calibration, fit_head_temperature, log_losses, softmax
from catseye.evaluation.paired_losses import compare_losses
from catseye.system.threads import map_threads
from catseye.transfer_learning.logistic import Layer, solve
from catseye.transfer_learning.whitening import Whitening

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.arrays import Floats, Integers

FOLDS, FOLDS_OF_FEW = 5, 10
_FEW = 400  # pictures; heads trained on four fifths of so few are less confident than the head trained on all
INVERSE_REGULARISATIONS = (1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0)
USUAL_INVERSE_REGULARISATION = 1e-2  # where no class has two pictures to choose by
_PATIENCE = 2  # values in a row that do worse, after which larger ones are not tried
_ENOUGH_TO_CHOOSE = 4000  # pictures
_TOLERANCE, _ROUGH_TOLERANCE = 1e-7, 1e-5  # of the head that is kept, and of those that choose the value


@dataclass(frozen=True, eq=False)
class Examples:
    """The examples that a head is fitted on.

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
    """A fitted head, and what cross-validation says about it.

    Attributes
    ----------
    layer : Layer
        The dense layer, for the backbone's own features.
    inverse_regularisation : float
        Weight of the losses against the L2 penalty (``C`` in scikit-learn), chosen by cross-validation.
    calibration : Calibration
        Fitted on the cross-validated logits.
    validation : float64 (N, K)
        Cross-validated logits: each picture's by a head that did not learn from it.
    scored : int64 (M,)
        Indices of the pictures for which these are meaningful: those whose class has another picture.
    """

    layer: Layer
    inverse_regularisation: float
    calibration: Calibration
    validation: Floats
    scored: Integers


def fit_head(examples: Examples, seed: int, folds: int | None = None) -> Head:
    """Return the head for ``examples``; ``seed`` determines the ``folds`` of the cross-validation.

    There are 5 by default, or 10 for up to 400 pictures.
    """
    # Two threads on one small product wait for each other: measured five to fifteen times slower than one. The folds
    # keep the cores busy instead.
    with threadpool_limits(1, "blas"):
        return _fit(examples, seed, folds or (FOLDS_OF_FEW if len(examples.labels) <= _FEW else FOLDS))


def _fit(examples: Examples, seed: int, folds: int) -> Head:
    whitening = Whitening.fit(examples.vectors)
    inner = Examples(
        whitening.whiten(examples.vectors),
        examples.labels,
        examples.classes,
        None if examples.copies is None else whitening.whiten(examples.copies),
        examples.balanced,
    )
    inverse_regularisation, validation = _cross_validate(inner, seed, folds)
    scored = examples.scored
    calibration = Calibration()
    if len(scored):
        calibration = fit_head_temperature(validation[scored], examples.labels[scored])
    layer = _solve_head(inner, inverse_regularisation, _TOLERANCE, None)
    return Head(whitening.unwhiten(layer), inverse_regularisation, calibration, validation, scored)


def _cross_validate(examples: Examples, seed: int, folds: int) -> tuple[float, Floats]:
    """Return the best inverse regularisation, and each picture's logits (N, K) by a head that did not learn from it."""
    if not len(examples.scored):
        return USUAL_INVERSE_REGULARISATION, np.zeros((len(examples.labels), examples.classes))
    some = examples
    if len(examples.labels) > _ENOUGH_TO_CHOOSE:
        _, chosen = stratified(examples.labels, _ENOUGH_TO_CHOOSE / len(examples.labels), seed)
        some = examples.take(chosen)
    inverse_regularisation, logits = _choose_regularisation(some, seed, folds)
    if some is not examples:
        _, logits = next(_compute_path(examples, (inverse_regularisation,), seed, folds))
    return inverse_regularisation, logits


def _choose_regularisation(examples: Examples, seed: int, folds: int) -> tuple[float, Floats]:
    """Return the smallest value that does as well as the best, within one standard error of the difference.

    What is compared is the log loss after calibration, as the value itself scales the logits: picture by picture, by
    the rule that decides between classifiers (`catseye.evaluation.paired_losses`).
    """
    scored, weights = examples.scored, examples.weights[examples.scored]
    tried: list[tuple[float, Floats, Floats]] = []  # value, losses, logits
    for value, logits in _compute_path(examples, INVERSE_REGULARISATIONS, seed, folds):
        calibration = fit_head_temperature(logits[scored], examples.labels[scored])
        losses = log_losses(softmax(logits[scored], calibration.temperature), examples.labels[scored]) * weights
        tried.append((value, losses, logits))
        best = min(range(len(tried)), key=lambda i: float(tried[i][1].mean()))
        if len(tried) - 1 - best >= _PATIENCE:
            break
    value, _, logits = next(entry for entry in tried if not compare_losses(entry[1], tried[best][1]).is_clear)
    return value, logits


def _compute_path(
    examples: Examples, values: tuple[float, ...], seed: int, folds: int
) -> Iterator[tuple[float, Floats]]:
    """Yield each inverse regularisation with its cross-validated logits (N, K); each head starts from the last one."""
    largest = int(np.bincount(examples.labels).max())
    places = stratified_folds(examples.labels, min(folds, largest), seed)
    parts = [(np.flatnonzero(places != fold), np.flatnonzero(places == fold)) for fold in range(places.max() + 1)]
    layers: list[Layer | None] = [None] * len(parts)
    for value in values:

        def solve_fold(fold: int, value: float = value) -> Layer:
            return _solve_head(examples.take(parts[fold][0]), value, _ROUGH_TOLERANCE, layers[fold])

        logits = np.zeros((len(examples.labels), examples.classes))
        for fold, layer in enumerate(map_threads(solve_fold, range(len(parts)))):
            layers[fold] = layer
            logits[parts[fold][1]] = layer.logits(examples.vectors[parts[fold][1]])
        yield value, logits


def _solve_head(examples: Examples, inverse_regularisation: float, tolerance: float, start: Layer | None) -> Layer:
    vectors, labels, weights = examples.vectors, examples.labels, examples.weights
    if examples.copies is not None:
        vectors = np.concatenate([vectors, examples.copies])
        labels, weights = np.tile(labels, 2), np.tile(weights, 2) / 2  # together they count as one picture
    return solve(vectors, labels, weights, examples.classes, inverse_regularisation, tolerance, start)

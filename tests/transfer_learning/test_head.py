"""Heads against scikit-learn's, and rules by hand."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from catseye.datasets.splits import stratified_folds
from catseye.evaluation.calibration import softmax
from catseye.transfer_learning.head import USUAL_INVERSE_REGULARISATION, Examples, fit_head
from catseye.transfer_learning.logistic import solve
from catseye.transfer_learning.whitening import Whitening


def blobs(count: int, width: int, classes: int, apart: float = 1.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return features around one random centre a class, and their labels."""
    generator = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    centres = np.random.default_rng(99).normal(size=(classes, width)) * apart
    return (centres[labels] + generator.normal(size=(count, width))).astype(np.float32), labels.astype(np.int64)


@pytest.mark.parametrize(("classes", "inverse_regularisation"), [(2, 0.1), (5, 0.01), (5, 10.0)])
@pytest.mark.parametrize("balanced", [False, True])
def test_the_solution_is_scikit_learns(classes: int, inverse_regularisation: float, balanced: bool) -> None:
    features, labels = blobs(90, 12, classes)
    features, labels = features[:70].astype(float), np.minimum(labels[:70], classes - 1)
    labels[:15] = 0  # uneven classes
    weights = Examples(features, labels, classes, balanced=balanced).weights
    ours = softmax(solve(features, labels, weights, classes, inverse_regularisation, 1e-9).logits(features))
    judge = LogisticRegression(
        C=inverse_regularisation, max_iter=10_000, tol=1e-10, class_weight="balanced" if balanced else None
    )
    if classes == 2:
        # Two classes are one row W of weights to scikit-learn; ours are ±W/2, whose squares count half as much.
        judge.set_params(C=2 * inverse_regularisation)
    theirs = judge.fit(features, labels).predict_proba(features)
    np.testing.assert_allclose(ours, theirs, atol=2e-4)


def test_a_smaller_space_changes_nothing_but_the_time() -> None:
    """Fewer pictures than features: the head lies in the whitening of the pictures."""
    features, labels = blobs(30, 200, 3)
    whitening = Whitening.fit(features)
    assert whitening.basis is not None
    assert whitening.whiten(features).shape[1] <= 30
    inner = solve(whitening.whiten(features), labels, np.ones(30), 3, 0.1, 1e-10)
    full = Whitening(whitening.mean, whitening.scale, None)
    outer = solve(full.whiten(features), labels, np.ones(30), 3, 0.1, 1e-10)
    others, _ = blobs(50, 200, 3, seed=1)
    np.testing.assert_allclose(whitening.unwhiten(inner).logits(others), full.unwhiten(outer).logits(others), atol=1e-4)


def test_the_head_takes_the_backbones_own_features() -> None:
    features, labels = blobs(60, 8, 3, apart=3)
    head = fit_head(Examples(features * 50 + 1000, labels, 3), 0)  # far from zero and of another scale
    others, true = blobs(300, 8, 3, apart=3, seed=1)
    assert (head.layer.logits(others * 50 + 1000).argmax(1) == true).mean() > 0.97


def test_cross_validation_judges_every_picture_by_a_head_that_did_not_learn_from_it() -> None:
    """Labels drawn by lot: a head that had seen a picture would know its label."""
    features, _ = blobs(200, 300, 2, apart=0)
    labels = np.random.default_rng(3).integers(0, 2, 200)
    head = fit_head(Examples(features, labels, 2), 0)
    assert (head.layer.logits(features).argmax(1) == labels).mean() > 0.8
    assert 0.35 < (head.validation.argmax(1) == labels).mean() < 0.65
    assert head.calibration.examples == 200


def test_a_class_with_one_picture_is_learned_but_not_judged() -> None:
    features, labels = blobs(21, 6, 2, apart=4)
    labels[20] = 2
    head = fit_head(Examples(features, labels, 3), 0)
    assert head.layer.weight.shape == (3, 6)
    assert head.scored.tolist() == list(range(20))


def test_one_picture_per_class_takes_the_usual_regularisation_and_no_calibration() -> None:
    features, labels = blobs(4, 6, 4, apart=5)
    head = fit_head(Examples(features, labels, 4), 0)
    assert head.inverse_regularisation == USUAL_INVERSE_REGULARISATION
    assert head.calibration.examples == 0
    assert head.calibration.temperature == 1
    assert (head.layer.logits(features).argmax(1) == labels).all()


def test_balanced_classes_count_the_same() -> None:
    labels = np.array([0, 0, 0, 1])
    examples = Examples(np.zeros((4, 2), np.float32), labels, 3, balanced=True)
    assert examples.weights.tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])  # each class 2, 4 in all


def test_copies_of_pictures_are_examples_too_but_never_across_a_fold() -> None:
    """Mirrored copies equal to the pictures leave the answer as it is: together they count as one."""
    features, labels = blobs(60, 8, 3)
    plain = fit_head(Examples(features, labels, 3), 0)
    doubled = fit_head(Examples(features, labels, 3, copies=features), 0)
    np.testing.assert_allclose(doubled.layer.weight, plain.layer.weight, atol=1e-4)
    np.testing.assert_allclose(doubled.validation, plain.validation, atol=1e-2)


def test_folds_hold_every_class_evenly() -> None:
    labels = np.array([0] * 10 + [1] * 7 + [2] * 2)
    folds = stratified_folds(labels, 5, 0)
    assert sorted(np.bincount(folds[labels == 0])) == [2, 2, 2, 2, 2]
    assert sorted(np.bincount(folds[labels == 1], minlength=5)) == [1, 1, 1, 2, 2]
    assert max(np.bincount(folds)) - min(np.bincount(folds)) <= 1


def test_the_same_seed_gives_the_same_head() -> None:
    features, labels = blobs(100, 20, 4)
    first, second = (fit_head(Examples(features, labels, 4), 5) for _ in range(2))
    assert np.array_equal(first.layer.weight, second.layer.weight)
    assert first.inverse_regularisation == second.inverse_regularisation

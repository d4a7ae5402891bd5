"""A newly trained network as a calibrated classifier, evaluated on every split."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from catseye.classifier.classifier import Classifier
from catseye.classifier.logits import compute_outputs_of, compute_scored
from catseye.classifier.stream import require_finite
from catseye.classifier.unfamiliarity_fitting import MOST_EXAMPLES, KnownPictures, fit_unfamiliarity
from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.evaluation.calibration import Calibration, fit_temperature
from catseye.evaluation.metrics import evaluate_logits
from catseye.networks.feature_layer import find_feature_layer
from catseye.runs.provenance import build_provenance
from catseye.runs.score import Score

if TYPE_CHECKING:
    from torch import nn

    from catseye.arrays import Floats
    from catseye.datasets import Pictures
    from catseye.evaluation.metrics import Evaluation
    from catseye.training.planning import Plan

_MEASURED_TRAINING = 5_000  # training pictures: their accuracy is known to ±0.3 points


def evaluate_trained(
    planned: Plan, network: nn.Module, options: dict[str, Any]
) -> tuple[Classifier, dict[str, Evaluation], dict[str, Score]]:
    """Return the calibrated classifier, its evaluation on every split, and the main numbers of these.

    Parameters
    ----------
    planned
    network
        As it was trained.
    options
        The network's, as in a description.
    """
    classes = planned.train.classes
    classifier = Classifier(network.eval(), planned.network, options, planned.preprocess, classes, Calibration(), {})
    classifier = _with_unfamiliarity(classifier, planned)
    train = _evenly(planned.train, _MEASURED_TRAINING)
    pictures = present_splits(train, planned.validation, planned.test)
    scored = {split: compute_scored(classifier, part) for split, part in pictures.items()}
    logits = {split: require_finite(found) for split, (found, _) in scored.items()}
    labels = {split: classifier.labels(part) for split, part in pictures.items()}
    if VALIDATION in pictures:
        classifier = replace(classifier, calibration=fit_temperature(logits[VALIDATION], labels[VALIDATION]))
    evaluations = {
        split: evaluate_logits(logits[split], labels[split], classes, classifier.calibration) for split in pictures
    }
    unfamiliarity = classifier.unfamiliarity
    if unfamiliarity:
        evaluations = {
            split: unfamiliarity.score_evaluation(evaluation, scored[split][1])
            for split, evaluation in evaluations.items()
        }
    metrics = {split: planned.metrics.measure(logits[split], labels[split]) for split in pictures}
    scores = {split: Score.of(evaluation, metrics[split]) for split, evaluation in evaluations.items()}
    origin = build_provenance(planned.dataset, planned.train, planned.fingerprint, planned.recipe.to_json(), scores)
    return replace(classifier, provenance=origin), evaluations, scores


def present_splits(train: Pictures, validation: Pictures | None, test: Pictures | None) -> dict[str, Pictures]:
    """Return those of the splits that there are, by name."""
    splits = {TRAIN: train, VALIDATION: validation, TEST: test}
    return {split: part for split, part in splits.items() if part is not None}


def _with_unfamiliarity(classifier: Classifier, planned: Plan) -> Classifier:
    """Return the classifier with a score of how unlike its training pictures a picture is."""
    layer = find_feature_layer(classifier.network, planned.preprocess.shape)
    train = _evenly(planned.train, MOST_EXAMPLES)
    held_out = None if planned.validation is None else _evenly(planned.validation, MOST_EXAMPLES)

    def features(pictures: Pictures) -> Floats:
        found = compute_outputs_of(classifier, pictures, layer).features
        assert found is not None
        return found

    known = KnownPictures(features(train), train.labels, None if held_out is None else features(held_out))
    return replace(classifier, unfamiliarity=fit_unfamiliarity(known, layer, seed=planned.recipe.seed))


def _evenly(pictures: Pictures, most: int) -> Pictures:
    """Return at most ``most`` of the pictures, evenly chosen."""
    return pictures.take(range(0, len(pictures), math.ceil(len(pictures) / most)))

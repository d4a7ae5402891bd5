"""Predictions of pictures that are computed together, each the same to the last bit as if it were given alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from catseye.classifier.logits import compute_batch_outputs
from catseye.classifier.storage import require_classes
from catseye.classifier.stream import make_prediction, require_finite
from catseye.evaluation.calibration import softmax

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.classifier.prediction import Prediction


def predict_alone(
    classifier: Classifier, batch: Pixels, names: Sequence[str], *, busy: bool = False
) -> list[Prediction]:
    """Return what a classifier predicts for each picture of a batch uint8 (B, C, H, W), resized and cropped.

    Sums over a batch are rounded in an order that depends on its size; here every picture is a batch of its own, and
    several are computed at the same time. ``busy`` says that other threads do so as well, which then share the cores.

    Raises
    ------
    UsageError
        The network has no classes.
    CatseyeError
        Its outputs are not finite.
    """
    require_classes(classifier.network_name, classifier.classes)
    logits, features = compute_batch_outputs(classifier, batch, alone=True, busy=busy)
    require_finite(logits)
    unfamiliarity, found = classifier.unfamiliarity, []
    for row, name in enumerate(names):
        own = slice(row, row + 1)
        probabilities = softmax(logits[own], classifier.calibration.temperature)[0]
        known = unfamiliarity is not None and features is not None
        score = float(unfamiliarity.score(features[own])[0]) if known else None  # type: ignore[index, union-attr]
        found.append(make_prediction(name, probabilities, score, classifier.classes))
    return found if classifier.calibration.examples else [replace(one, calibrated=False) for one in found]

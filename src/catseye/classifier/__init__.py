"""A classifier: network, preprocess, classes and calibration in one safe file; what it predicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye._lazy import lazily

if TYPE_CHECKING:
    from catseye.classifier.classifier import Classifier
    from catseye.classifier.prediction import Prediction, Predictions

__all__ = ["Classifier", "Prediction", "Predictions"]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "Classifier": "catseye.classifier.classifier",
        "Prediction": "catseye.classifier.prediction",
        "Predictions": "catseye.classifier.prediction",
    },
)

"""How far to trust a classifier: `metrics` on probabilities, `calibration` of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye._lazy import lazily

if TYPE_CHECKING:
    from catseye.evaluation.calibration import Bin, Calibration, expected_calibration_error, fit_temperature, softmax
    from catseye.evaluation.detection import Detection
    from catseye.evaluation.intervals import wilson_interval
    from catseye.evaluation.metrics import ClassScore, Confusion, Evaluation, evaluate_logits

__all__ = [
    "Bin",
    "Calibration",
    "ClassScore",
    "Confusion",
    "Detection",
    "Evaluation",
    "evaluate_logits",
    "expected_calibration_error",
    "fit_temperature",
    "softmax",
    "wilson_interval",
]

__getattr__, __dir__ = lazily(
    __name__,
    {
        "Bin": "catseye.evaluation.calibration",
        "Calibration": "catseye.evaluation.calibration",
        "ClassScore": "catseye.evaluation.metrics",
        "Confusion": "catseye.evaluation.metrics",
        "Detection": "catseye.evaluation.detection",
        "Evaluation": "catseye.evaluation.metrics",
        "evaluate_logits": "catseye.evaluation.metrics",
        "expected_calibration_error": "catseye.evaluation.calibration",
        "fit_temperature": "catseye.evaluation.calibration",
        "softmax": "catseye.evaluation.calibration",
        "wilson_interval": "catseye.evaluation.intervals",
    },
)

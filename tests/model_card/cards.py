"""Cards made without training."""

from __future__ import annotations

from typing import Any

from catseye.classifier.description import Description
from catseye.evaluation.calibration import Calibration
from catseye.evaluation.intervals import wilson_interval
from catseye.images.preprocess import Preprocess
from catseye.model_card.model_card import ModelCard


def score_values(right: int, examples: int, per_class: list[list[int]]) -> dict[str, Any]:
    """Return the JSON values of a score."""
    return {
        "examples": examples,
        "loss": 0.5,
        "accuracy": right / examples,
        "accuracy_interval": list(wilson_interval(right, examples)),
        "expected_calibration_error": 0.03,
        "metrics": {},
        "per_class": per_class,
    }


def card_of(
    classes: tuple[str, ...] = ("cat", "dog"), *, right: int = 15, examples: int = 20, name: str = "mine", **other: Any
) -> ModelCard:
    """Return the card of a classifier's file; the first class has all wrong answers."""
    measured: dict[str, Any] = {"train": score_values(90, 90, [[40, 40], [50, 50]])}
    if examples:
        half = examples // 2
        measured["test"] = score_values(right, examples, [[right - half, half], [examples - half, examples - half]])
    provenance = {
        "recipe": {"epochs": 3},
        "data": {"name": "drawings", "licence": "CC0", "training_pictures": 90, "fingerprint": "f" * 64},
        "versions": {"python": "3.11"},
        "measured": measured,
    } | other
    description = Description("small_convnet", {}, Preprocess(8, 8, 1), classes, Calibration(1.5, 12), provenance)
    return ModelCard(name, "mine.safetensors", description, "d" * 64)

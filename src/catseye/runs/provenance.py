"""Where a classifier comes from, and what its training came to."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from catseye.evaluation.calibration import expected_calibration_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catseye.classifier.classifier import Classifier
    from catseye.datasets import Dataset
    from catseye.evaluation.metrics import Evaluation
    from catseye.runs.folder import RunFolder
    from catseye.training.checkpoint import TrainingState
    from catseye.training.plan import Plan

_PACKAGES = ("catseye", "torch", "openvino", "numpy", "pillow")


def provenance(
    dataset: Dataset,
    training_pictures: int,
    fingerprint: str,
    recipe: dict[str, Any],
    evaluations: Mapping[str, Evaluation],
) -> dict[str, Any]:
    """Return recipe, data, versions and measured accuracy, as they are saved inside the classifier.

    No time and no path is among them: the same training gives the same file.
    """
    info = dataset.info
    return {
        "recipe": recipe,
        "data": {
            "name": info.name.rstrip("/").rpartition("/")[2],
            "version": info.version,
            "licence": info.licence,
            "citation": info.citation,
            "training_pictures": training_pictures,
            "fingerprint": fingerprint,
        },
        "versions": versions(),
        "measured": {split: summary(evaluation) for split, evaluation in evaluations.items()},
    }


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that decide a result."""
    return {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}


def summary(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation's main numbers as JSON values."""
    return {
        "examples": evaluation.examples,
        "loss": evaluation.loss,
        "accuracy": evaluation.accuracy,
        "accuracy_interval": list(evaluation.accuracy_interval),
        "expected_calibration_error": expected_calibration_error(evaluation.bins),
    }


def result(
    planned: Plan,
    classifier: Classifier,
    progressed: TrainingState,
    evaluations: Mapping[str, Evaluation],
    folder: RunFolder | None,
) -> dict[str, Any]:
    """Return what ``catseye train --json`` prints."""
    numbers = {split: summary(evaluation) for split, evaluation in evaluations.items()}
    return {
        "run": str(folder.path) if folder else None,
        "classifier": str(folder.classifier) if folder else None,
        "report": str(folder.report) if folder else None,
        "network": planned.network,
        "parameters": sum(weight.numel() for weight in classifier.network.parameters()),
        "recipe": planned.recipe.to_json(),
        "epochs": len(progressed.history),
        "stopped": progressed.stopped,
        "seconds": round(progressed.seconds, 3),
        "images_per_second": round(progressed.pictures / progressed.seconds, 1),
        "train": numbers["train"],
        "validation": numbers.get("validation"),
        "test": numbers.get("test"),
        "left_out": [out.to_json() for out in planned.dataset.left_out],
        "notes": list(planned.dataset.notes),
    }

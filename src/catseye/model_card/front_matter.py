"""The YAML at the head of a card, which Hugging Face reads: https://huggingface.co/docs/hub/model-cards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from catseye.datasets.dataset import TEST
from catseye.model_card.provenance import read_text, to_line

if TYPE_CHECKING:
    from catseye.model_card.model_card import ModelCard


def write_front_matter(card: ModelCard) -> str:
    """Return the front matter between its two lines of hyphens.

    Values are written as JSON, which is also YAML, so that no text can be read as anything else.
    """
    fields = {
        "license": "unknown",
        "library_name": "catseye",
        "pipeline_tag": "image-classification",
        "tags": ["image-classification", "catseye"],
        "metrics": ["accuracy"],
        **_results(card),
    }
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in fields.items()]
    return "\n".join(["---", *lines, "---"])


def _results(card: ModelCard) -> dict[str, Any]:
    """Return the test results as a ``model-index``; nothing without a test."""
    test = card.scores.get(TEST)
    if test is None:
        return {}
    kind = read_text(card.data, "name") or "unknown"
    metrics = [
        {"type": "accuracy", "value": test.accuracy, "name": "Test accuracy"},
        {"type": "expected_calibration_error", "value": test.expected_calibration_error, "name": "Calibration error"},
    ]
    result = {
        "task": {"type": "image-classification", "name": "Image classification"},
        "dataset": {"type": kind, "name": card.data_name or kind, "split": TEST},
        "metrics": metrics,
    }
    return {"model-index": [{"name": to_line(card.name) or "classifier", "results": [result]}]}

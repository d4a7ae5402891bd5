"""A small classifier, with pictures that it classifies correctly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import torch

import catseye

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.fixture(scope="session")
def digits(digits_run: Run) -> tuple[Any, torch.Tensor, torch.Tensor]:
    """A classifier, test digits float32 (B, 1, 8, 8) that it classifies correctly, and their labels (B,)."""
    part = catseye.load("digits", split="test")
    pixels = part.batch(range(120))
    right = digits_run.classifier.probabilities(pixels).argmax(1) == part.labels[:120]
    return digits_run.classifier, torch.from_numpy(pixels[right]).float(), torch.from_numpy(part.labels[:120][right])

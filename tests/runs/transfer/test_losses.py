"""Losses of pictures whose temperature was fitted on others."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.runs.transfer.losses import compute_losses


def test_the_scale_of_logits_hardly_matters() -> None:
    """But for the temperature's prior, which many pictures outweigh."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 3000)
    logits = np.eye(3)[labels] * 2 + rng.normal(size=(3000, 3))
    mean = compute_losses(logits, labels).mean()
    assert compute_losses(3 * logits, labels).mean() == pytest.approx(mean, rel=0.02)


def test_one_picture_alone_keeps_its_own_probabilities() -> None:
    assert compute_losses(np.array([[0.0, 0.0]]), np.array([1])) == pytest.approx([np.log(2)])

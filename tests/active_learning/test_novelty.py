"""Distances to the nearest labelled picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from catseye.active_learning.novelty import Novelty

if TYPE_CHECKING:
    from catseye.arrays import Floats


def directions(count: int, seed: int) -> Floats:
    """Return vectors of length 1."""
    rows = np.random.default_rng(seed).normal(size=(count, 16))
    found: Floats = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return found


def test_distances_by_hand() -> None:
    known = np.array([[1, 0], [0, 1]], np.float32)
    rows = np.array([[1, 0], [-1, 0], [0.6, 0.8]], np.float32)
    # (−1, 0) is nearest to (0, 1): √(1 + 1); (0.6, 0.8) to (0, 1): √(0.36 + 0.04).
    assert Novelty.fit(known).distances(rows) == pytest.approx([0, 2**0.5, 0.4**0.5], abs=1e-3)


def test_distances_and_the_usual_one_agree_with_scikit_learn() -> None:
    known, others = directions(700, 0), directions(900, 1)  # more than are compared at a time
    judge = NearestNeighbors(n_neighbors=2).fit(known)
    novelty = Novelty.fit(known)
    assert novelty.distances(others) == pytest.approx(judge.kneighbors(others)[0][:, 0], abs=1e-3)
    assert novelty.usual == pytest.approx(np.quantile(judge.kneighbors(known)[0][:, 1], 0.95), abs=1e-3)


def test_with_few_labelled_pictures_nothing_counts_as_unusual() -> None:
    assert np.isinf(Novelty.fit(directions(9, 0)).usual)
    assert np.isfinite(Novelty.fit(directions(10, 0)).usual)

"""Weighted k-means as scikit-learn has it, and one different row for each group whatever the rows are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from sklearn.cluster import KMeans

from catseye.active_learning.clusters import choose_representatives

if TYPE_CHECKING:
    from catseye.arrays import Integers


def test_one_row_of_each_group_is_chosen() -> None:
    rows = np.array([[0, 0], [0, 0.2], [0, 0.1], [9, 0], [9, 0.2], [9, 0.1]], np.float32)
    chosen, groups = choose_representatives(rows, np.ones(6), 2)
    assert sorted(chosen) == [2, 5]  # the middle of each
    assert [set(groups[:3]), set(groups[3:])] == [{groups[0]}, {groups[3]}]
    assert groups[0] != groups[3]


@pytest.mark.parametrize(
    ("weights", "middle"),
    [
        ([1, 1, 1], 1),  # the mean is 1
        ([1, 1, 10], 2),  # (0 + 1 + 20) / 12 = 1.75
        ([10, 1, 1], 0),  # (0 + 1 + 2) / 12 = 0.25
        ([0, 0, 0], 1),
    ],
)
def test_rows_with_larger_weights_pull_the_mean(weights: list[float], middle: int) -> None:
    chosen, _ = choose_representatives(np.array([[0], [1], [2]], np.float32), np.array(weights), 1)
    assert chosen.tolist() == [middle]


@pytest.mark.slow  # loads scikit-learn
def test_groups_are_as_compact_as_those_of_scikit_learn() -> None:
    generator = np.random.default_rng(3)
    rows = (generator.normal(size=(20, 8))[generator.integers(0, 20, 400)] * 4).astype(np.float32)
    rows += generator.normal(size=rows.shape).astype(np.float32)
    weights = generator.random(400)

    def spread(groups: Integers) -> float:
        """Return the weighted sum of squared distances to the groups' means."""
        total = 0.0
        for group in np.unique(groups):
            own, own_weights = rows[groups == group], weights[groups == group]
            total += own_weights @ np.square(own - np.average(own, axis=0, weights=own_weights)).sum(1)
        return total

    theirs = [KMeans(20, n_init=1, random_state=seed).fit(rows, sample_weight=weights).labels_ for seed in range(5)]
    ours = [choose_representatives(rows, weights, 20, seed)[1] for seed in range(5)]
    assert np.median(list(map(spread, ours))) <= 1.2 * np.median(list(map(spread, theirs)))


@pytest.mark.parametrize("count", [1, 3, 6])
def test_equal_rows_are_chosen_once_each(count: int) -> None:
    chosen, groups = choose_representatives(np.ones((6, 4), np.float32), np.ones(6), count)
    assert len(set(chosen.tolist())) == count
    assert set(groups.tolist()) <= set(range(count))


def test_all_rows_are_chosen_if_there_are_no_more() -> None:
    rows = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
    chosen, _ = choose_representatives(rows, np.zeros(7), 7)
    assert sorted(chosen) == list(range(7))

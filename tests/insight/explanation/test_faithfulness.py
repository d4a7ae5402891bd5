"""Deletion and insertion, worked out by hand on a network that looks at one pixel."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from catseye.insight.explanation.faithfulness import (
    STEPS,
    Faithfulness,
    RandomBaseline,
    measure_faithfulness,
    measure_random_baseline,
    numbered_squares,
    revealed,
)
from tests.insight.explanation import class_scores


def test_squares_cover_a_picture_once_each() -> None:
    squares = numbered_squares(5, 30)  # squares of 3: two rows of ten
    assert squares.max() == 19
    assert np.bincount(squares.ravel()).tolist() == [9] * 10 + [6] * 10
    assert (squares[0, :4].tolist(), squares[3, 0]) == ([0, 0, 0, 1], 10)
    assert len(np.unique(numbered_squares(224, 224))) == 14 * 14


def test_squares_appear_in_their_order() -> None:
    masks = revealed(np.array([[0, 1, 2]]), np.array([2, 0, 1]))
    assert masks.tolist() == [[[False] * 3], [[False, False, True]], [[True, False, True]], [[True] * 3]]


def test_a_true_map_has_a_low_deletion_and_a_high_insertion() -> None:
    """One pixel decides: its class is certain where it shows and impossible where not."""
    weights = torch.zeros(7, 7)
    weights[3, 3] = 1e4
    class_score = class_scores.linear(weights)
    layer = class_score.probe.network.get_submodule("1")
    layer.weight[0], layer.bias[1] = 0, -50  # type: ignore[operator]
    random_baseline = measure_random_baseline(class_score, 1.0, 0)
    true, false = np.zeros((7, 7), np.float32), np.ones((7, 7), np.float32)
    true[3, 3], false[3, 3] = 1, 0
    good, bad = (measure_faithfulness(class_score, found, random_baseline, 1.0, 0) for found in (true, false))
    step = 1 / STEPS
    assert [good.deletion, good.insertion] == pytest.approx([step / 2, 1 - step / 2])
    assert [bad.deletion, bad.insertion] == pytest.approx([1 - step / 2, step / 2])
    assert 0.2 < random_baseline.mean < 0.8
    assert bad.verdict == "no better than chance"


def test_words_follow_the_numbers() -> None:
    random_baseline = RandomBaseline((0.4, 0.5, 0.6))  # deviation 0.1
    assert Faithfulness(0.2, 0.8, random_baseline).verdict == "better than chance"
    assert Faithfulness(0.2, 0.6, random_baseline).verdict == "only deletion better than chance"
    assert Faithfulness(0.4, 0.8, random_baseline).verdict == "only insertion better than chance"
    assert random_baseline.to_json() == {"mean": pytest.approx(0.5), "sd": pytest.approx(0.1), "orders": 3}


def test_the_seed_decides_the_random_orders() -> None:
    class_score = class_scores.convnet()
    assert measure_random_baseline(class_score, 1.0, 0) == measure_random_baseline(class_score, 1.0, 0)
    assert measure_random_baseline(class_score, 1.0, 0) != measure_random_baseline(class_score, 1.0, 1)

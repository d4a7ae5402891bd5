"""Deletion and insertion, worked out by hand on a network that looks at one pixel."""

from __future__ import annotations

from dataclasses import replace

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


@pytest.mark.parametrize("off", [0, 1e-9, 1e-7, 9e-4])
def test_a_rounding_error_is_never_better_than_chance(off: float) -> None:
    blank = Faithfulness(0.5 - off / 2, 0.5 + off / 2, RandomBaseline((0.5, 0.5, 0.5 + off / 9)))
    assert blank.is_flat
    assert blank.verdict == "nothing to tell: the probability does not change"
    # One that the picture does change, but no more by this map than by chance, in what is shown of it.
    level = Faithfulness(0.5 - off, 0.5 + off, RandomBaseline((0.5, 0.5, 0.5)))
    assert "better than chance" not in level.verdict.removeprefix("no better than chance")
    assert Faithfulness(0.498, 0.502, RandomBaseline((0.5, 0.5, 0.5))).verdict == "better than chance"


def test_a_network_that_ignores_the_picture_and_a_blank_picture_leave_nothing_to_tell() -> None:
    ignoring = class_scores.linear(torch.zeros(7, 7))
    layer = ignoring.probe.network.get_submodule("1")
    layer.weight[0] = 0  # type: ignore[operator]
    seeing = class_scores.linear(torch.ones(7, 7))
    blank = replace(seeing, picture=np.full_like(seeing.picture, 9))
    for class_score in (ignoring, blank):
        random_baseline = measure_random_baseline(class_score, 1.0, 0)
        noise = np.random.default_rng(1).random((7, 7)).astype(np.float32)
        assert measure_faithfulness(class_score, noise, random_baseline, 1.0, 0).is_flat


def test_the_seed_decides_the_random_orders() -> None:
    class_score = class_scores.convnet()
    assert measure_random_baseline(class_score, 1.0, 0) == measure_random_baseline(class_score, 1.0, 0)
    assert measure_random_baseline(class_score, 1.0, 0) != measure_random_baseline(class_score, 1.0, 1)

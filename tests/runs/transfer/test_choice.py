"""The rule by which one of several classifiers is kept, on losses that were worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.runs.transfer.choice import Judged, choose, compare, explain

LOSSES = np.tile([0.0, 1.0, 2.0, 3.0], 25)


def judged(gains: list[float], cost: float, wrong: int = 1) -> Judged:
    """A classifier whose losses are lower by ``gains`` than the default's, and that is wrong on the first pictures.

    A hundred pictures, two classes: each of the four gains 25 times. For the hypothetical one, b = ln 2 / 99 = 0.0070.
    """
    return Judged(LOSSES - np.tile(gains, 25), (np.arange(100) >= wrong).astype(float), (cost,), 2)


DEFAULT = judged([0, 0, 0, 0], 1)


def test_a_costlier_one_is_kept_if_its_gain_is_clear() -> None:
    # Deviations 0.2, -0.1, 0, -0.1: √(25 · 0.06 / 99) / 10 = 0.012309; needed b + √(b² + 0.012309²) = 0.02116.
    found = compare(judged([0.3, 0.0, 0.1, 0.0], 2), DEFAULT)
    assert (found.mean, found.error, found.needed) == pytest.approx((0.1, 0.012309, 0.02116), abs=1e-5)
    assert choose([DEFAULT, judged([0.3, 0.0, 0.1, 0.0], 2)]) == 1
    assert choose([DEFAULT, judged([0.22, -0.08, 0.02, -0.08], 2)]) == 0  # 0.02, spread as before


def test_with_few_pictures_the_cheapest_is_kept() -> None:
    """Four gain 0.75 on average, but among 40 classes ln 40 / 3 = 1.23 is needed at least; a hundred are enough."""
    few = [Judged(one.losses[:4], one.right[:4], one.cost, 40) for one in (DEFAULT, judged([1, 1, 1, 0], 2))]
    assert choose(few) == 0
    assert choose([DEFAULT, judged([1, 1, 1, 0], 2)]) == 1


def test_of_those_indistinguishable_from_the_best_the_cheapest_is_kept() -> None:
    best = judged([0.6, 0.2, 0.4, 0.2], 3)
    close = judged([0.6, 0.2, 0.36, 0.2], 2)  # the best gains 0, 0, 0.04, 0 over it: 0.01, which is less than 2 b
    far = judged([0.3, 0.1, 0.3, 0.1], 2)
    assert choose([DEFAULT, best, close]) == choose([DEFAULT, close, best]) + 1 == 2
    assert choose([DEFAULT, best, far]) == 1


def test_a_cheaper_one_than_the_default_is_kept_if_it_is_as_good() -> None:
    assert choose([DEFAULT, judged([-0.1, 0.1, 0.1, -0.1], 0.5)]) == 1
    assert choose([DEFAULT, judged([-0.1] * 4, 0.5)]) == 0


def test_one_that_makes_more_mistakes_than_the_default_is_not_kept() -> None:
    surer = judged([0.5] * 4, 2, wrong=2)
    assert choose([DEFAULT, surer]) == 0
    assert explain([DEFAULT, surer], 0)[1] == "more mistakes than the default"
    assert choose([judged([0] * 4, 1, wrong=2), surer]) == 1


def test_a_single_picture_decides_nothing() -> None:
    one = Judged(np.array([2.0]), np.array([1.0]), (1,), 2)
    other = Judged(np.array([0.1]), np.array([1.0]), (2,), 2)
    assert choose([one, other]) == 0


def test_every_classifier_is_told_why() -> None:
    best, close = judged([0.6, 0.2, 0.4, 0.2], 3), judged([0.6, 0.2, 0.36, 0.2], 2)
    worse = judged([-0.1] * 4, 4)
    all_ = [DEFAULT, best, close, worse]
    assert choose(all_) == 2
    # 0.04 in a quarter of the pictures: √(25 · 0.0012 / 99) / 10 = 0.0017; b + √(b² + 0.0017²) = 0.0142.
    assert explain(all_, 2) == [
        "worse than the best by more than chance would explain",
        "cannot be distinguished from the chosen one: better by 0.0100 ± 0.0017, which would have to exceed 0.0142",
        "chosen: the cheapest that cannot be distinguished from the best",
        "not better than the chosen one",
    ]
    assert explain([DEFAULT, best], 1)[1] == "chosen: the best"
    surest = judged([0.5] * 4, 2, wrong=2)
    assert explain([DEFAULT, surest], 0) == ["chosen: the best", "more mistakes than the default"]
    assert explain([DEFAULT], 0) == ["chosen: the only one that was tried"]

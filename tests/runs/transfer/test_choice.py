"""The rule by which one of several classifiers is kept, on losses that were worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.runs.transfer.choice import Judged, choose, compare, explain

LOSSES = np.array([0.0, 1.0, 2.0, 3.0])


def judged(gains: list[float], cost: float, wrong: int = 1) -> Judged:
    """A classifier whose losses are lower by ``gains`` than the default's, and that is wrong on the first pictures."""
    return Judged(LOSSES - gains, (np.arange(4) >= wrong).astype(float), (cost,))


DEFAULT = judged([0, 0, 0, 0], 1)


@pytest.mark.parametrize(
    ("gains", "mean", "error"),
    [
        ([0.3, 0.0, 0.1, 0.0], 0.1, 0.070711),  # deviations 0.2, -0.1, 0, -0.1: √(0.06 / 3) / √4
        ([0.5, 0.0, 0.0, -0.1], 0.1, 0.135401),  # 0.4, -0.1, -0.1, -0.2: √(0.22 / 3) / 2
        ([0.1, 0.1, 0.1, 0.1], 0.1, 0.0),
    ],
)
def test_a_gain_is_the_mean_over_the_pictures_with_its_standard_error(
    gains: list[float], mean: float, error: float
) -> None:
    assert compare(judged(gains, 2), DEFAULT) == pytest.approx((mean, error), abs=1e-6)
    assert compare(DEFAULT, judged(gains, 2)) == pytest.approx((-mean, error), abs=1e-6)


def test_a_costlier_one_that_is_better_by_more_than_a_standard_error_is_kept() -> None:
    assert choose([DEFAULT, judged([0.3, 0.0, 0.1, 0.0], 2)]) == 1
    assert choose([DEFAULT, judged([0.5, 0.0, 0.0, -0.1], 2)]) == 0


def test_what_all_classifiers_find_hard_does_not_hide_a_difference() -> None:
    """The losses are spread by 1.3, and their mean is known to 0.65: much less well than the difference of 0.1."""
    assert choose([DEFAULT, judged([0.1] * 4, 2)]) == 1


def test_of_those_within_one_standard_error_of_the_best_the_cheapest_is_kept() -> None:
    best = judged([0.6, 0.2, 0.4, 0.2], 3)
    close = judged([0.6, 0.2, 0.2, 0.2], 2)  # the best gains 0, 0, 0.2, 0 over it: 0.05 ± 0.05
    assert compare(best, close) == pytest.approx((0.05, 0.05))
    just = judged([0.6, 0.2, 0.21, 0.2], 2)
    assert choose([DEFAULT, best, just]) == choose([DEFAULT, just, best]) + 1 == 2
    assert choose([DEFAULT, best, judged([0.3, 0.1, 0.3, 0.1], 2)]) == 1


def test_a_cheaper_one_than_the_default_is_kept_if_it_is_as_good() -> None:
    assert choose([DEFAULT, judged([-0.1, 0.1, 0.1, -0.1], 0.5)]) == 1
    assert choose([DEFAULT, judged([-0.1] * 4, 0.5)]) == 0


def test_one_that_makes_more_mistakes_than_the_default_is_not_kept() -> None:
    surer = judged([0.5] * 4, 2, wrong=2)
    assert choose([DEFAULT, surer]) == 0
    assert explain([DEFAULT, surer], 0)[1] == "more mistakes than the default"
    assert choose([judged([0] * 4, 1, wrong=2), surer]) == 1


def test_a_single_picture_decides_nothing() -> None:
    one = Judged(np.array([2.0]), np.array([1.0]), (1,))
    other = Judged(np.array([0.1]), np.array([1.0]), (2,))
    assert choose([one, other]) == 0


def test_every_classifier_is_told_why() -> None:
    best, close = judged([0.6, 0.2, 0.4, 0.2], 3), judged([0.6, 0.2, 0.21, 0.2], 2)
    worse = judged([-0.1] * 4, 4)
    all_ = [DEFAULT, best, close, worse]
    assert choose(all_) == 2
    assert explain(all_, 2) == [
        "worse than the best by more than one standard error",
        "not better than the chosen one by enough: 0.0475 ± 0.0475",
        "chosen: the cheapest within one standard error of the best",
        "not better than the chosen one",
    ]
    assert explain([DEFAULT, best], 1)[1] == "chosen: the best"
    surest = judged([0.5] * 4, 2, wrong=2)
    assert explain([DEFAULT, surest], 0) == ["chosen: the best", "more mistakes than the default"]
    assert explain([DEFAULT], 0) == ["chosen: the only one that was tried"]

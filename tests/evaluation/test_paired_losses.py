"""Whether one classifier is better than another, on losses that were worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from catseye.evaluation.paired_losses import compare_losses

LOSSES = np.array([0.0, 1.0, 2.0, 3.0])


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
    found = compare_losses(LOSSES, LOSSES - gains)
    assert (found.mean, found.error, found.needed) == pytest.approx((mean, error, error), abs=1e-6)
    assert found.is_clear is (mean > error)
    opposite = compare_losses(LOSSES - gains, LOSSES)
    assert (opposite.mean, opposite.error) == pytest.approx((-mean, error), abs=1e-6)
    assert not opposite.is_clear


def test_what_all_classifiers_find_hard_does_not_hide_a_difference() -> None:
    """The losses are spread by 1.3, and their mean is known to 0.65: much less well than the difference of 0.1."""
    assert compare_losses(LOSSES, LOSSES - 0.1).is_clear


def test_few_pictures_have_to_outweigh_one_hypothetical_picture_against_them() -> None:
    """Six gains of 0.27 and one of -ln 2: mean 0.1324, standard error (0.27 + ln 2) / 7 = 0.1376. Of 0.28: above it."""
    six = np.full(6, 1.0)
    assert compare_losses(six, six - 0.27).is_clear
    assert not compare_losses(six, six - 0.27, classes=2).is_clear
    assert compare_losses(six, six - 0.28, classes=2).is_clear
    # b = ln 2 / 5, no spread: 2 b = 0.277259
    assert compare_losses(six, six - 0.27, classes=2).needed == pytest.approx(0.277259, abs=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_the_rule_is_one_standard_error_of_the_gains_with_the_hypothetical_one(seed: int) -> None:
    """A gain just above and just below what is needed, with the hypothetical picture included."""
    generator = np.random.default_rng(seed)
    count, classes = int(generator.integers(2, 60)), int(generator.integers(2, 40))
    spread = generator.normal(size=count)
    before = generator.normal(size=count)
    needed = compare_losses(before, before - spread, classes).needed
    for mean in (needed - 1e-6, needed + 1e-6):
        gains = spread - spread.mean() + mean
        everything = np.append(gains, -math.log(classes))
        clear = everything.mean() > everything.std(ddof=1) / math.sqrt(count + 1)
        assert compare_losses(before, before - gains, classes).is_clear == clear == (mean > needed)


def test_many_pictures_outweigh_it() -> None:
    """1,000 gains of 0.1 ± 1: standard error 0.0316, b = ln 10 / 999 = 0.0023; 0.0340 is needed."""
    gains = np.tile([1.1, -0.9], 500)
    found = compare_losses(gains, np.zeros(1000), classes=10)
    assert found.needed == pytest.approx(0.03402, abs=1e-4)
    assert found.is_clear


def test_a_single_picture_decides_nothing() -> None:
    found = compare_losses(np.array([2.0]), np.array([0.1]))
    assert found.needed == math.inf
    assert not found.is_clear

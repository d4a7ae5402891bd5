"""A lead is claimed only where seeds and test pictures can tell it; numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binomtest

from catseye.studies.reach.lead import Lead, measure_lead


def test_with_one_seed_the_interval_rests_on_the_paired_differences() -> None:
    # Differences 1, 1, 0, 0: squares about their mean 4 · ¼, and 1 more, over 3 and over 4; Student's t for 3 is 3.182.
    found = measure_lead(np.array([[1, 1, 0, 1]], bool), np.array([[0, 0, 0, 1]], bool))
    assert found.difference == 0.5
    assert found.margin == pytest.approx(3.1824 * math.sqrt(2 / 3 / 4), rel=1e-4)
    assert found.ahead == 0


def test_seeds_and_pictures_are_crossed() -> None:
    # Differences [[1, 0, 0, 0], [1, 1, 1, 0]] about their mean, 1/2. Mean squares: of the pictures' means (1, ½, ½, 0)
    # 2 (½ + 1) / 3 = 1, of the seeds' means (¼, ¾) 4 · ⅛ = ½, of the rest, ±¼ everywhere, ½ / 3 = ⅙. So the variance is
    # (1 + ½ - ⅙) / 8 = ⅙, with (4/3)² / (¼ + ⅓ + 1/108) = 3 degrees of freedom.
    first, second = np.array([[1, 1, 0, 1], [1, 1, 1, 1]], bool), np.array([[0, 1, 0, 1], [0, 0, 0, 1]], bool)
    found = measure_lead(first, second)
    assert found.difference == 0.5
    assert found.margin == pytest.approx(3.1824 * math.sqrt(1 / 6), rel=1e-4)
    other = measure_lead(second, first)
    assert (other.difference, other.margin) == (-0.5, found.margin)


@pytest.mark.parametrize(("more", "fewer"), [(1, 0), (4, 0), (6, 0), (12, 0), (30, 20), (40, 20), (90, 60), (120, 60)])
def test_one_seed_agrees_with_mcnemars_mid_p(more: int, fewer: int) -> None:
    first, second = np.zeros((2, 1, 1000), bool)
    first[:, :more] = second[:, more : more + fewer] = True
    two_sided = binomtest(more, more + fewer).pvalue
    mid = two_sided - 0.5 ** (more + fewer) * math.comb(more + fewer, more)
    assert bool(measure_lead(first, second).ahead) == (mid < 0.05)


def test_one_picture_or_a_few_that_agree_prove_nothing() -> None:
    alone = measure_lead(np.array([[True]]), np.array([[False]]))
    assert (alone.difference, alone.margin, alone.ahead) == (1, math.inf, 0)
    assert alone.to_json() == {"lead": 1, "lead_interval": [-1, 1]}
    assert alone.shown == "100.0 points on one test picture"
    assert measure_lead(np.ones((3, 3), bool), np.zeros((3, 3), bool)).ahead == 0
    assert measure_lead(np.ones((3, 30), bool), np.zeros((3, 30), bool)).ahead == 1
    assert measure_lead(np.zeros((1, 30), bool), np.ones((1, 30), bool)).ahead == -1


def test_shown_with_a_true_minus() -> None:
    assert Lead(-0.1449, 0.0444).shown == "−14.5 ± 4.4 points"


@pytest.mark.slow
def test_ninety_five_of_a_hundred_intervals_contain_the_truth() -> None:
    """Both seeds and pictures vary, and the truth is 0; of 400 intervals 380 are expected to hold it, ± 4.4."""
    generator, held = np.random.default_rng(0), 0
    for _ in range(400):
        seeds, pictures = generator.normal(0, 0.4, (2, 4, 1)), generator.normal(0, 1.5, (2, 1, 150))
        shared = generator.normal(0.5, 1, (1, 1, 150))
        chances = 1 / (1 + np.exp(-(shared + seeds + pictures)))
        first, second = generator.random((2, 4, 150)) < chances
        held += not measure_lead(first, second).ahead
    assert held >= 372

"""L-BFGS finds what can be worked out by hand, and what SciPy finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.optimize import minimize

from catseye.transfer_learning.lbfgs import minimise

if TYPE_CHECKING:
    from catseye.arrays import Floats


def test_the_lowest_point_of_a_long_valley() -> None:
    """``½ Σ aᵢ (xᵢ − i)²``, whose curvatures differ by a factor of 10,000, is lowest at 0, 1, 2, …"""
    curvatures, centre = np.logspace(0, 4, 20), np.arange(20.0)

    def valley(point: Floats) -> tuple[float, Floats]:
        away = point - centre
        return float(curvatures @ away**2) / 2, curvatures * away

    assert minimise(valley, np.zeros(20), 1e-9, 2000) == pytest.approx(centre, abs=1e-8)


def test_where_there_is_no_value_it_turns_back() -> None:
    """``x − log x`` is lowest at 1, and not a number below 0, where the first steps lead."""

    def wall(point: Floats) -> tuple[float, Floats]:
        with np.errstate(invalid="ignore"):
            return float((point - np.log(point)).sum()), 1 - 1 / point

    assert minimise(wall, np.array([20.0, 0.01]), 1e-10, 100) == pytest.approx([1, 1], abs=1e-9)


def test_at_the_lowest_point_it_stays() -> None:
    asked = []

    def bowl(point: Floats) -> tuple[float, Floats]:
        asked.append(point)
        return float(point @ point), 2 * point

    assert np.array_equal(minimise(bowl, np.zeros(3), 1e-6, 10), np.zeros(3))
    assert len(asked) == 1


def test_it_ends_after_so_many_steps_and_where_rounding_hides_the_slope() -> None:
    def flat(point: Floats) -> tuple[float, Floats]:
        return 1e20 + float(point @ point), 2 * point

    assert np.isfinite(minimise(flat, np.ones(2), 0.0, 1000)).all()
    steps = [minimise(lambda x: (float(x[0] ** 4), 4 * x**3), np.full(1, 0.9), 0.0, count)[0] for count in (1, 5, 50)]
    assert abs(steps[0]) > abs(steps[1]) > abs(steps[2]) > 0


@pytest.mark.parametrize("seed", range(5))
def test_scipy_finds_the_same(seed: int) -> None:
    """On a logistic regression with a penalty, in as many evaluations, give or take a half."""
    generator = np.random.default_rng(seed)
    features, signs = generator.normal(size=(60, 30)), np.sign(generator.normal(size=60))
    asked = 0

    def loss(point: Floats) -> tuple[float, Floats]:
        nonlocal asked
        asked += 1
        margins = signs * (features @ point)
        slope = -(signs / (1 + np.exp(margins))) @ features + point / 10
        return float(np.logaddexp(0, -margins).sum() + point @ point / 20), slope

    found, ours = minimise(loss, np.zeros(30), 1e-8, 1000), asked
    judge = minimize(loss, np.zeros(30), jac=True, method="L-BFGS-B", options={"gtol": 1e-8, "ftol": 0.0})
    # With curvatures of at least 0.1, slopes of 1e-8 leave each this far from the lowest point.
    assert np.linalg.norm(found - judge.x) < 2 * 1e-8 * np.sqrt(30) / 0.1
    assert ours < 1.5 * judge.nfev

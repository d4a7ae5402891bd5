"""Calibration, by hand and against what is known."""

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp

from catseye.evaluation.calibration import (
    expected_calibration_error,
    fit_head_temperature,
    fit_temperature,
    reliability,
    softmax,
)


def test_softmax_is_pytorchs_and_survives_large_logits() -> None:
    logits = np.random.default_rng(0).normal(size=(5, 4)) * 10
    assert softmax(logits, 2.0) == pytest.approx(torch.softmax(torch.from_numpy(logits) / 2, 1).numpy())
    assert softmax(np.array([[1e4, 0.0]])).tolist() == [[1.0, 0.0]]


def test_expected_calibration_error_by_hand() -> None:
    # Two predictions at 0.9, one right: gap 0.4. Three at 0.6, all right: gap 0.4. One at 1.0, right: gap 0.
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.6, 0.4], [0.6, 0.4], [1.0, 0.0]])
    labels = np.array([0, 1, 0, 0, 0, 0])
    bins = reliability(probabilities, labels)
    assert [b.examples for b in bins] == [3, 2, 1]
    assert expected_calibration_error(bins) == pytest.approx((3 * 0.4 + 2 * 0.4 + 0) / 6)


def test_a_confidence_on_a_border_belongs_to_the_bin_below() -> None:
    bins = reliability(np.array([[0.6, 0.4]]), np.array([0]))
    assert (bins[0].low, bins[0].high) == pytest.approx((8 / 15, 9 / 15))


@pytest.mark.parametrize("truth", [0.5, 1.0, 2.5])
def test_the_temperature_that_was_put_in_is_found(truth: float) -> None:
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(20_000, 5)) * 2
    labels = np.array([generator.choice(5, p=row) for row in softmax(logits)])
    found = fit_temperature(logits * truth, labels)
    assert found.temperature == pytest.approx(truth, rel=0.05)
    assert found.examples == 20_000


def test_a_few_right_answers_do_not_make_boundless_confidence() -> None:
    logits = np.eye(3)[np.arange(15) % 3] * 5
    assert fit_temperature(logits, np.arange(15) % 3).temperature > 0.3


@pytest.mark.parametrize("seed", range(5))
def test_no_temperature_is_more_probable(seed: int) -> None:
    """SciPy looks for a better one near it, and a grid everywhere."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(size=(80, 7)) * 10 ** generator.uniform(-1, 1.5)
    labels = np.where(generator.random(80) < 0.7, logits.argmax(1), generator.integers(0, 7, 80))

    def cost(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        return float((logsumexp(scaled, axis=1) - scaled[np.arange(80), labels]).sum() + 2 * log_temperature**2)

    found = float(np.log(fit_temperature(logits, labels).temperature))
    near = minimize_scalar(cost, bounds=(found - 0.1, found + 0.1), method="bounded", options={"xatol": 1e-8})
    assert found == pytest.approx(near.x, abs=1e-6)
    assert cost(found) <= min(map(cost, np.linspace(-3, 3, 601)))


def test_logits_that_are_sure_and_wrong_are_cooled_as_far_as_it_goes() -> None:
    """The loss was bounded once, and flat where every picture is hopeless."""
    logits = np.zeros((10, 3))
    logits[:, 0] = 700
    assert fit_temperature(logits, np.ones(10, int)).temperature == pytest.approx(np.exp(3), rel=1e-4)


@pytest.mark.parametrize("factor", [1e-3, 1.0, 1e3])
def test_the_scale_of_a_heads_logits_does_not_matter(factor: float) -> None:
    generator = np.random.default_rng(0)
    logits = generator.normal(size=(12, 3))
    labels = logits.argmax(1)
    labels[0] = (labels[0] + 1) % 3
    plain = fit_head_temperature(logits, labels)
    assert plain.examples == 12
    assert fit_head_temperature(factor * logits, labels).temperature == pytest.approx(factor * plain.temperature)


def test_a_head_as_accurate_as_the_usual_spread_implies_keeps_it() -> None:
    """Logits ±2 deviate by 1 at a temperature of 2, where p = 1 / (1 + e⁻²) = 0.8808; 88 of 100 are right."""
    labels = np.zeros(100, int)
    logits = np.tile([2.0, -2.0], (100, 1))
    labels[88:] = 1
    assert fit_head_temperature(logits, labels).temperature == pytest.approx(2, rel=0.01)


def test_few_pictures_leave_a_head_at_its_usual_temperature() -> None:
    logits, labels = np.array([[1.0, -1.0], [-0.5, 0.5]]), np.array([0, 0])
    undecided = fit_head_temperature(np.zeros((4, 2)), np.zeros(4, int), 3.0)
    assert undecided.temperature == pytest.approx(3)  # equal logits say nothing about a temperature
    assert fit_head_temperature(np.zeros((4, 2)), np.zeros(4, int)).temperature == pytest.approx(1)
    usual = fit_head_temperature(logits, labels, 0.5).temperature
    assert 0.5 < usual < fit_head_temperature(logits, labels, 5.0).temperature < 10


@pytest.mark.parametrize("usual", [0.1, 1.0, 20.0])
def test_no_temperature_of_a_head_is_more_probable(usual: float) -> None:
    """SciPy's search over the whole range, with the normal prior of deviation 0.7 around the usual one."""
    generator = np.random.default_rng(1)
    logits = generator.normal(size=(30, 4)) * 3 * usual
    labels = np.where(generator.random(30) < 0.7, logits.argmax(1), generator.integers(0, 4, 30))

    def cost(away: float) -> float:
        scaled = logits / (usual * np.exp(away))
        return float((logsumexp(scaled, axis=1) - scaled[np.arange(30), labels]).sum() + away**2 / (2 * 0.7**2))

    best = minimize_scalar(cost, bounds=(-3, 3), method="bounded", options={"xatol": 1e-9})
    assert fit_head_temperature(logits, labels, usual).temperature == pytest.approx(usual * np.exp(best.x), rel=1e-4)

"""Areas, false alarms and their intervals agree with scikit-learn, with formulas, and with counting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from catseye.evaluation.detection import Detection, auroc_interval, compute_auroc
from catseye.evaluation.intervals import wilson_interval


def detection(own: list[float], others: list[float]) -> Detection:
    return Detection(np.array(own), np.array(others), "others")


@pytest.mark.parametrize("seed", range(20))
def test_auroc_and_false_alarms_agree_with_scikit_learn_including_ties(seed: int) -> None:
    random = np.random.default_rng(seed)
    own, others = random.normal(0, 1, 43).round(seed % 3), random.normal(1, 2, 31).round(seed % 3)
    truth, scores = np.repeat([0, 1], [43, 31]), np.concatenate([own, others])
    assert compute_auroc(own, others) == pytest.approx(roc_auc_score(truth, scores), abs=1e-12)
    false, true, _ = roc_curve(truth, scores, drop_intermediate=False)
    expected = false[true >= 0.95].min()
    assert detection(own.tolist(), others.tolist()).false_alarms_at_95 == pytest.approx(expected, abs=1e-12)


def test_auroc_is_the_share_of_pairs_in_order() -> None:
    # Pairs: 3 > 1, 3 > 2, 2 > 1 and 2 = 2, which counts half.
    assert compute_auroc(np.array([1.0, 2.0]), np.array([2.0, 3.0])) == 3.5 / 4


def test_the_limits_of_auroc_are_196_standard_errors_away_by_hanley_and_mcneil() -> None:
    own, others, area = 30, 20, 0.8
    for limit in auroc_interval(area, own, others):
        first, second = limit / (2 - limit), 2 * limit**2 / (1 + limit)  # Hanley & McNeil 1982
        mean = (own + others) / 2 - 1  # Newcombe's method 5: the mean of both numbers in place of either
        variance = limit * (1 - limit) + mean * (first - limit**2) + mean * (second - limit**2)
        assert abs(area - limit) == pytest.approx(1.959964 * math.sqrt(variance / (own * others)), rel=1e-5)


def test_a_perfect_auroc_of_few_pictures_is_not_certain() -> None:
    low, high = auroc_interval(1.0, 10, 10)
    assert high == 1.0
    assert 0.6 < low < 0.95
    few, many = (auroc_interval(1.0, count, count)[0] for count in (10, 1000))
    assert low == few < many < 1


@pytest.mark.slow  # a thousand samples
def test_the_interval_of_auroc_has_its_nominal_coverage() -> None:
    random, truth = np.random.default_rng(1), 0.5 * math.erfc(-1.5 / 2)  # of two normals 1.5 apart
    covered = 0
    for _ in range(1000):
        low, high = auroc_interval(compute_auroc(random.normal(0, 1, 60), random.normal(1.5, 1, 40)), 60, 40)
        covered += low <= truth <= high
    assert covered >= 930  # 950 are expected, with a standard deviation of 7


def test_without_a_false_alarm_the_interval_is_wilsons() -> None:
    found = detection([0.0] * 20, [1.0] * 40)
    assert found.false_alarms_at_95 == 0
    assert found.false_alarms_interval == wilson_interval(0, 20)


def test_one_of_twenty_others_need_not_be_detected_but_two_must() -> None:
    own = [0.5] * 4
    assert detection(own, [0.0] + [1.0] * 19).false_alarms_at_95 == 0  # 19 of 20 are 95 %
    assert detection(own, [0.0] * 2 + [1.0] * 18).false_alarms_at_95 == 1


def test_the_interval_of_false_alarms_includes_the_threshold_uncertainty() -> None:
    # Three of forty others lie below half of the own pictures, so that another sample may move the threshold there.
    found = detection([0.0] * 50 + [2.0] * 50, [1.0] * 3 + [3.0] * 37)
    least, most = found.false_alarms_interval
    wilson_low, wilson_high = wilson_interval(round(100 * found.false_alarms_at_95), 100)
    assert least < wilson_low or most > wilson_high


def test_what_is_detected_is_above_the_threshold() -> None:
    found = detection([0.0], [1.0, 1.1, 5.0])
    assert found.detected == 2  # 1 itself is not above
    assert found.to_json()["against_unfamiliar"] == 2 / 3

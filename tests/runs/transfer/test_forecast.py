"""How long candidates will take, worked out by hand from what the default took."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from catseye.networks.work import MULTIPLY_ADDS
from catseye.runs.transfer.candidates import Candidate
from catseye.runs.transfer.forecast import Forecast, most_multiply_adds

LITE0, LITE1, PAIR = "efficientnet_lite0", "efficientnet_lite1", "efficientnet_lite0+efficientnet_lite1"
SHARE = MULTIPLY_ADDS[LITE1] / MULTIPLY_ADDS[LITE0]


def default(pictures: int, name: str = LITE0) -> Any:
    """A default that took 10 ms a picture, and 2 s for its head of 1,280 features."""
    return SimpleNamespace(
        candidate=Candidate(name),
        multiply_adds=MULTIPLY_ADDS[LITE0],
        rate=0.01,
        content=("a",) * pictures,
        head_seconds=2.0,
        backbone=SimpleNamespace(features=1280),
    )


def test_features_take_as_long_as_their_work_and_mirrored_ones_twice_as_long() -> None:
    forecast = Forecast(default(1000), 1000, 40)
    assert forecast.extraction_seconds(Candidate(LITE0)) == pytest.approx(10)
    assert forecast.extraction_seconds(Candidate(LITE0, mirrored=True)) == pytest.approx(10)  # the others are there
    assert forecast.extraction_seconds(Candidate(LITE1)) == pytest.approx(10 * SHARE)
    assert forecast.extraction_seconds(Candidate(LITE1, mirrored=True)) == pytest.approx(20 * SHARE)
    assert forecast.first_seconds(Candidate(LITE1)) == pytest.approx(0.4 * SHARE)


def test_a_head_takes_as_long_as_it_has_features_or_as_there_are_pictures() -> None:
    many, few = Forecast(default(5000), 5000, 40), Forecast(default(500), 500, 40)
    assert many.head_seconds(Candidate(LITE1)) == pytest.approx(1.15 * 2)
    assert many.head_seconds(Candidate(PAIR)) == pytest.approx(1.15 * 4)
    assert many.head_seconds(Candidate(LITE0, mirrored=True)) == pytest.approx(1.15 * 4)
    assert few.head_seconds(Candidate(PAIR)) == pytest.approx(1.15 * 2)


def test_nothing_small_costs_more_than_the_default() -> None:
    assert most_multiply_adds(default(9)) == MULTIPLY_ADDS[LITE0]
    assert most_multiply_adds(default(9, "timm:resnet10t")) == MULTIPLY_ADDS[LITE0]  # as it was measured

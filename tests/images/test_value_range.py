"""One scale for all pictures of a data set: what the files state, else what their values need."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from catseye.errors import UsageError
from catseye.images.preprocess import Preprocess
from catseye.images.value_range import Extremes, ValueRange, common_range


def test_values_go_from_black_to_white_and_stay_inside() -> None:
    values = np.array([[-5, 0, 100, 200, 300]])
    assert ValueRange(0, 200).scaled(values).tolist() == [[0, 0, 128, 255, 255]]  # 127.5 is rounded up
    assert ValueRange(-100, 100).scaled(values).tolist() == [[121, 128, 255, 255, 255]]


def test_of_what_is_not_a_number_nothing_is_seen() -> None:
    assert ValueRange(0, 1).scaled(np.array([[np.nan, np.inf, -np.inf, 0.5]])).tolist() == [[0, 255, 0, 128]]


def test_all_65536_values_are_rounded_to_the_nearest() -> None:
    values = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    assert np.array_equal(ValueRange(0, 65535).scaled(values), (values.astype(int) + 128) // 257)


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (3, 250, (0, 255)),
        (0, 1000, (0, 1023)),
        (12, 3691, (0, 4095)),
        (0, 10_000, (0, 16383)),
        (0, 60_000, (0, 65535)),
        (0, 20_000, (0, 20_000)),  # fills no usual range by half
        (0, 100, (0, 100)),
        (0, 1, (0, 1)),
        (-1024, 3071, (-1024, 3071)),
        (30_000, 33_000, (30_000, 33_000)),
        (0, 2**31, (0, 2**31)),
        (0, 0, (0, 1)),
        (7, 7, (0, 7)),
        (-7, -7, (-7, 1)),
    ],
)
def test_the_range_is_the_usual_one_if_the_values_fill_half_of_it(
    low: float, high: float, wanted: tuple[float, float]
) -> None:
    found = common_range([Extremes(low, (low + high) / 2), Extremes((low + high) / 2, high)])
    assert found == ValueRange(*wanted)


def test_fractions_have_ranges_of_their_own() -> None:
    assert common_range([Extremes(0.1, 0.9, fractions=32)]) == ValueRange(0, 1, True)
    assert common_range([Extremes(-1, 0.5, fractions=64)]) == ValueRange(-1, 0.5, True)


def test_what_all_files_state_alike_holds_and_what_differs_are_statistics() -> None:
    stated = ValueRange(0, 1000)
    assert common_range([Extremes(3, 90, stated), Extremes(5, 70, stated)]) == stated
    assert common_range([Extremes(3, 90, ValueRange(3, 90)), Extremes(5, 170, ValueRange(5, 170))]) == ValueRange(
        0, 255
    )
    assert common_range([Extremes(3, 900, stated), Extremes(5, 600)]) == ValueRange(0, 1023)


def test_formats_that_define_their_range_need_none() -> None:
    certain = Extremes(0, 100, ValueRange(0, 1023), certain=True)
    assert common_range([certain]) is None
    assert common_range([]) is None
    assert certain.choose(ValueRange(0, 7)) == ValueRange(0, 1023)


def test_one_picture_by_itself_is_scaled_only_if_its_range_is_evident() -> None:
    assert Extremes(0, 40_000, sixteen=True).choose(None) == ValueRange(0, 65535)
    assert Extremes(0, 4_000).choose(None) is None
    assert Extremes(0, 4_000, ValueRange(0, 4095)).choose(None) == ValueRange(0, 4095)
    assert Extremes(0, 4_000, ValueRange(0, 4095)).choose(ValueRange(0, 9)) == ValueRange(0, 9)


def test_numbers_of_another_kind_than_the_training_pictures_are_not_all_black_or_white() -> None:
    whole, fractions = ValueRange(0, 4095), ValueRange(0, 1, True)
    assert Extremes(0.1, 0.9, fractions=32).choose(whole) is None
    assert Extremes(5, 3000).choose(fractions) is None
    assert Extremes(0.1, 0.9, fractions=32).choose(ValueRange(0, 4000, True)) is not None  # a dark one among bright
    assert "unlike the other pictures, where 0 is black and 1 white" in Extremes(5, 3000).explain(fractions)


@pytest.mark.parametrize("extremes", [Extremes(0, 1), Extremes(-1.5, 2, ValueRange(-2, 2), True, 32, True)])
def test_extremes_survive_json(extremes: Extremes) -> None:
    assert Extremes.from_json(json.loads(json.dumps(extremes.to_json()))) == extremes


@pytest.mark.parametrize("values", [(1, 1), (2, 1), (0, float("nan")), (0, float("inf")), (-1e308, 1e308), ("0", 1)])
def test_what_is_no_range_is_refused(values: tuple[Any, Any]) -> None:
    with pytest.raises(UsageError, match="range of values"):
        ValueRange(*values)


def test_a_preprocess_keeps_its_range_in_json_and_without_one_is_as_before() -> None:
    plain = Preprocess(8, 8, 1)
    assert "value_range" not in plain.to_json()
    for value_range in (ValueRange(0, 4095), ValueRange(0, 1, True)):
        ranged = plain.ranged(value_range)
        assert Preprocess(**json.loads(json.dumps(ranged.to_json()))) == ranged
        assert ranged.normalised((0.5,), (0.5,)).value_range == value_range
        assert ranged.ranged(ValueRange(0, 9)) == ranged
    assert plain.ranged(None) == plain

"""Pooling beside the other ways to make a map smaller, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.errors import UsageError
from catseye.insight.convolution.pooled_example import PooledExample
from catseye.insight.convolution.pooling import Pooling

VALUES = np.array([[1.0, 5, 0, 2], [2, 3, 1, 1], [0, 0, 9, 1], [1, 0, 0, 2]])


def test_the_three_kinds_are_compared_on_the_same_windows() -> None:
    found = PooledExample("it", VALUES, Pooling("average")).to_json()
    assert found["output"] == found["compared"]["average"]["output"] == [[2.75, 1], [0.25, 3]]
    assert list(found["compared"]) == ["average", "max", "stride"]
    assert found["compared"]["max"]["output"] == [[5, 2], [1, 9]]
    assert found["compared"]["stride"]["output"] == [[1, 0], [0, 9]]
    assert [found["compared"][kind]["largest"] for kind in ("max", "average", "stride")] == [9, 3, 9]
    assert found["formula"]["rows"] == "O = (I − F + 2P)/S + 1 = (4 − 2 + 2·0)/2 + 1 = 2"
    assert [step["value"] for step in found["steps"]] == [2.75, 1, 0.25, 3]


def test_sampling_is_compared_at_the_positions_of_the_windows() -> None:
    """Of 5 columns, windows of 2 side by side leave the last out; every second value alone would not."""
    values = np.arange(20.0).reshape(4, 5)
    for kind in ("max", "average"):
        found = PooledExample("it", values, Pooling(kind)).to_json()
        assert {tuple(one["output_size"]) for one in found["compared"].values()} == {(2, 2)}
        assert found["compared"]["stride"]["output"] == [[0, 2], [10, 12]]
    assert PooledExample("it", values, Pooling("stride")).output.tolist() == [[0, 2, 4], [10, 12, 14]]


def test_three_planes_are_pooled_one_by_one() -> None:
    planes = np.stack([VALUES, VALUES + 10, -VALUES])
    pooled = PooledExample("it", planes, Pooling("max"))
    assert pooled.output.tolist() == [[[5, 2], [1, 9]], [[15, 12], [11, 19]], [[-1, 0], [0, 0]]]
    assert [step["channel"] for step in pooled.to_json()["steps"]] == ["red"] * 4 + ["green"] * 4 + ["blue"] * 4
    assert repr(pooled) == "PooledExample(max pooling of it, 4×4 to 2×2)"


@pytest.mark.filterwarnings("error")  # of numpy, about windows without values
@pytest.mark.parametrize("padding", [1, (1, 0), "same", "valid"])
def test_padding_never_leaves_a_place_without_a_value(padding: int | tuple[int, int] | str) -> None:
    pooled = PooledExample("it", VALUES, Pooling("max", 3, 1, padding))
    assert all(np.isfinite(found).all() for found in pooled.outputs.values())


def test_steps_must_be_asked_for_in_numbers_and_the_window_must_fit() -> None:
    with pytest.raises(UsageError, match="steps must be at least 1; got 0"):
        PooledExample("it", VALUES, Pooling(), 0)
    with pytest.raises(UsageError, match="must fit"):
        PooledExample("it", VALUES, Pooling(size=5))

"""Pooling by hand against PyTorch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import avg_pool2d, max_pool2d

from catseye.errors import UsageError
from catseye.insight.convolution.convolution import Convolution
from catseye.insight.convolution.kernels import DRAWING
from catseye.insight.convolution.pooling import Pooling

VALUES = np.random.default_rng(0).normal(size=(9, 8))


@settings(max_examples=100)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 2))
def test_max_and_average_are_pytorchs(size: int, stride: int, padding: int) -> None:
    padding = min(padding, size // 2)
    tensor = torch.from_numpy(VALUES)[None, None]
    largest = max_pool2d(tensor, size, stride, padding)[0, 0].numpy()
    mean = avg_pool2d(tensor, size, stride, padding, count_include_pad=False)[0, 0].numpy()
    np.testing.assert_array_equal(Pooling("max", size, stride, padding).output(VALUES), largest)
    np.testing.assert_allclose(Pooling("average", size, stride, padding).output(VALUES), mean, atol=1e-12)


@pytest.mark.parametrize("size", [2, 3, (2, 1)])
def test_reduction_by_stride_is_the_convolution_with_that_stride(size: int | tuple[int, int]) -> None:
    whole = Convolution("sobel_y", padding=1).output(VALUES)
    assert np.array_equal(Pooling("stride", size).output(whole), Convolution("sobel_y", size, 1).output(VALUES))


def test_a_3x3_window_over_the_drawings_four_values_keeps_the_largest() -> None:
    values = Convolution("sobel_x", stride=(2, 1)).output(DRAWING)
    with pytest.raises(UsageError, match="must fit"):
        Pooling("max", 3).output(values)
    (step,) = Pooling("max", 3, padding="same").steps(values)
    assert (step.value, step.place) == (2, (0, 0))
    assert step.to_json()["window"] == [[-2, 2, None], [0, 0, None], [None, None, None]]
    assert Pooling("average", 3, padding="same").output(values).tolist() == [[0]]


def test_steps_and_output_agree() -> None:
    pooling = Pooling("average", 3, 2, "same")
    output = pooling.output(VALUES)
    assert output.shape == (5, 4)
    for step in pooling.steps(VALUES):
        assert step.value == output[step.place] == pytest.approx(float(np.nanmean(step.window)))


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ({"kind": "maxx"}, "did you mean max"),
        ({"size": 0}, "from 1; got 0"),
        ({"padding": 2}, "at most half its size, 1; got 2"),
        ({"kind": "stride", "padding": 1}, "sampling by stride keeps single values and takes no padding"),
    ],
)
def test_impossible_settings_say_why(given_: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Pooling(**given_)  # type: ignore[arg-type]

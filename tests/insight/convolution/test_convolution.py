"""Convolution by hand against the lesson's figures, PyTorch and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import convolve2d, correlate2d
from torch.nn.functional import conv2d

from catseye.errors import UsageError
from catseye.insight.convolution.convolution import Convolution, output_size
from catseye.insight.convolution.kernels import DRAWING, KERNELS, kernel
from catseye.networks.windows import places

FIVE = np.arange(25.0).reshape(5, 5)


@pytest.mark.parametrize(
    ("settings_", "size"),
    [
        ({}, (3, 3)),
        ({"padding": 1}, (5, 5)),
        ({"padding": "same"}, (5, 5)),
        ({"stride": 2}, (2, 2)),
        ({"stride": 2, "padding": "same"}, (3, 3)),
        ({"dilation": 2}, (1, 1)),
    ],
)
def test_the_lessons_sizes_of_a_3x3_window_on_5x5(settings_: dict[str, int], size: tuple[int, int]) -> None:
    convolution = Convolution("blur", **settings_)  # type: ignore[arg-type]
    assert convolution.output_size((5, 5)) == size
    assert convolution.output(FIVE).shape == size
    assert len(list(convolution.steps(FIVE))) == size[0] * size[1]


def test_a_5x5_window_needs_a_padding_of_two_to_keep_5x5() -> None:
    assert [output_size(5, 5, padding=padding) for padding in (0, 1, 2)] == [1, 3, 5]


def test_the_drawing_gives_four_values_worked_by_hand() -> None:
    steps = list(Convolution("sobel_x", stride=(2, 1)).steps(DRAWING))
    assert [step.sum for step in steps] == [-2, 2, 0, 0]
    assert [step.place for step in steps] == [(0, 0), (0, 1), (1, 0), (1, 1)]
    assert steps[0].window.tolist() == [[1, 0, 0], [1, 1, 1], [1, 0, 0]]
    assert steps[0].products.tolist() == [[-1, 0, 0], [-2, 0, 2], [-1, 0, 0]]


axis = st.tuples(*(st.integers(1, most) for most in (12, 5, 4, 3)), st.integers(0, 4))


@pytest.mark.slow
@settings(max_examples=200)
@given(axis, axis)
def test_sizes_and_sums_are_pytorchs_for_random_settings(
    down: tuple[int, int, int, int, int], across: tuple[int, int, int, int, int]
) -> None:
    (rows, height, *_), (columns, width, *_) = down, across
    stride, dilation, padding = ((down[i], across[i]) for i in (2, 3, 4))
    values, weights = np.random.default_rng(0).normal(size=(rows, columns)), np.ones((height, width))
    weights[0, 0] = -2
    convolution = Convolution(weights, stride, padding, dilation)
    try:
        expected = conv2d(
            torch.from_numpy(values)[None, None],
            torch.from_numpy(weights)[None, None],
            None,
            stride,
            padding,
            dilation,
        )[0, 0].numpy()
    except RuntimeError:
        with pytest.raises(UsageError, match="must fit"):
            convolution.output(values)
        return
    sizes = (
        output_size(*pair) for pair in zip((rows, columns), (height, width), stride, padding, dilation, strict=True)
    )
    assert tuple(sizes) == expected.shape
    np.testing.assert_allclose(convolution.output(values), expected, atol=1e-12)
    for step in convolution.steps(values):
        assert step.sum == convolution.output(values)[step.place]
        assert step.sum == pytest.approx(step.products.sum())


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("size", [(3, 3), (2, 2), (1, 4), (4, 3)])
@pytest.mark.parametrize("dilation", [1, 2])
def test_same_is_pytorchs_same(size: tuple[int, int], dilation: int) -> None:
    weights = np.random.default_rng(1).normal(size=size)
    values, filters = (torch.from_numpy(array)[None, None] for array in (FIVE, weights))
    expected = conv2d(values, filters, padding="same", dilation=dilation)[0, 0].numpy()
    np.testing.assert_allclose(Convolution(weights, padding="same", dilation=dilation).output(FIVE), expected)


@pytest.mark.parametrize("name", [*KERNELS, "1 2; 3 -4; 0 .5", "1 -1"])
def test_cross_correlation_and_true_convolution_are_scipys(name: str) -> None:
    values = np.random.default_rng(2).normal(size=(7, 6))
    plain, turned = Convolution(name), Convolution(name, true=True)
    np.testing.assert_allclose(plain.output(values), correlate2d(values, kernel(name), "valid"), atol=1e-12)
    np.testing.assert_allclose(turned.output(values), convolve2d(values, kernel(name), "valid"), atol=1e-12)
    assert plain.symmetric == np.allclose(plain.output(values), turned.output(values))
    assert np.array_equal(plain.other.output(values), turned.output(values))


def test_an_impulse_shows_the_kernel_itself_by_convolution_and_turned_by_cross_correlation() -> None:
    impulse = np.zeros((5, 5))
    impulse[2, 2] = 1
    assert Convolution("1 2 3; 4 5 6; 7 8 9").output(impulse).tolist() == [[9, 8, 7], [6, 5, 4], [3, 2, 1]]
    assert Convolution("1 2 3; 4 5 6; 7 8 9", true=True).output(impulse).tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


def test_the_channels_of_a_colour_picture_are_added() -> None:
    values = np.random.default_rng(3).normal(size=(3, 6, 5))
    convolution = Convolution("emboss", stride=2)
    each = [convolution.output(channel) for channel in values]
    np.testing.assert_array_equal(convolution.responses(values), np.stack(each))
    np.testing.assert_allclose(convolution.output(values), sum(each))
    step = next(convolution.steps(values))
    assert step.window.shape == step.products.shape == (3, 3, 3)
    assert step.sum == convolution.output(values)[0, 0]


@given(st.integers(1, 30), st.integers(1, 30), st.integers(1, 50))
def test_a_few_steps_are_spread_from_the_first_place_to_the_last(rows: int, columns: int, most: int) -> None:
    found = list(places((rows, columns), most))
    assert len(found) == len(set(found)) == min(most, rows * columns)
    assert found[0] == (0, 0)
    assert len(found) == 1 or found[-1] == (rows - 1, columns - 1)


def test_steps_are_worked_out_only_when_they_are_asked_for() -> None:
    assert next(Convolution("edge").steps(np.zeros((3000, 3000)))).sum == 0


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ({"stride": 0}, "stride is a whole number from 1; got 0."),
        ({"dilation": -1}, "dilation is a whole number from 1; got -1."),
        ({"padding": -1}, "padding is a whole number from 0; got -1."),
        ({"padding": "full"}, "padding is valid, same or a number; got 'full'."),
        ({"stride": (1, 2, 3)}, "stride is one value, or two: down and across"),
        ({"stride": 1.5}, "stride is a whole number"),
        ({"padding": 10**7}, "take less"),
        ({"dilation": 3}, "reaches over 7 values, but the input has 5"),
    ],
)
def test_impossible_settings_say_why(given_: dict[str, int], says: str) -> None:
    with pytest.raises(UsageError, match=says.replace("(", r"\(")):
        Convolution("edge", **given_).output(FIVE)  # type: ignore[arg-type]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -1e12])
def test_values_are_finite_and_the_bad_one_is_named(bad: float) -> None:
    values = FIVE.copy()
    values[3, 1] = bad
    with pytest.raises(UsageError, match="row 4, column 2"):
        Convolution("edge").output(values)

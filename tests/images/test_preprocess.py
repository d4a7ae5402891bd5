"""The one path from a picture to a tensor."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from catseye.errors import UsageError
from catseye.images.preprocess import Preprocess


def test_a_picture_of_the_right_size_is_left_alone() -> None:
    values = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    assert np.array_equal(Preprocess(28, 28, 1).pixels(Image.fromarray(values))[0], values)


def test_the_middle_is_cut_out_of_a_wide_picture() -> None:
    image = Image.new("RGB", (90, 30), "black")
    image.paste("white", (30, 0, 60, 30))
    assert (Preprocess(30, 30, 3).pixels(image) == 255).all()


def test_crop_share_takes_less_than_all() -> None:
    image = Image.new("RGB", (100, 100), "black")
    image.paste("white", (20, 20, 80, 80))
    assert (Preprocess(50, 50, 3, crop_share=0.5).pixels(image) == 255).all()
    assert (Preprocess(50, 50, 3, crop_share=1.0).pixels(image) == 0).any()


@given(st.integers(1, 80), st.integers(1, 80), st.integers(1, 40), st.integers(1, 40), st.sampled_from((1, 3)))
def test_any_picture_comes_to_the_asked_size(width: int, height: int, out: int, other: int, channels: int) -> None:
    pixels = Preprocess(out, other, channels).pixels(Image.new("RGB", (width, height), "red"))
    assert pixels.shape == (channels, out, other)
    assert pixels.std(axis=(1, 2)).max() == 0  # a plain picture stays plain: nothing comes in from outside


def test_values_are_scaled_and_normalised() -> None:
    preprocess = Preprocess(1, 2, 3, mean=(0.0, 0.5, 1.0), std=(1.0, 0.5, 0.25))
    pixels = torch.tensor([0, 255], dtype=torch.uint8).expand(1, 3, 1, 2)
    expected = torch.tensor([[[[0.0, 1.0]], [[-1.0, 1.0]], [[-4.0, 0.0]]]])
    result = preprocess.tensor(pixels)
    assert result.dtype == torch.float32
    torch.testing.assert_close(result, expected, rtol=0, atol=1e-6)


def test_grey_and_colour_are_turned_into_each_other() -> None:
    assert Preprocess(1, 1, 3).pixels(Image.new("L", (1, 1), 7)).ravel().tolist() == [7, 7, 7]
    assert Preprocess(1, 1, 1).pixels(Image.new("RGB", (1, 1), (255, 0, 0))).ravel().tolist() == [76]  # 0.299 × 255


def test_it_survives_json() -> None:
    preprocess = Preprocess(4, 5, 3, (0.1, 0.2, 0.3), (1.0, 2.0, 3.0), 0.875, "bicubic")
    assert Preprocess(**preprocess.to_json()) == preprocess


@pytest.mark.parametrize(
    "changes",
    [
        {"height": 0},
        {"width": 5000},
        {"channels": 2},
        {"mean": (0.0,) * 2},
        {"std": (0.0,) * 3},
        {"std": (float("nan"),) * 3},
        {"crop_share": 0.01},
        {"mean": (1e308, 0.0, 0.0)},
        {"std": (1e-300, 1.0, 1.0)},
        {"crop_share": 1.1},
        {"interpolation": "nearest"},
        {"height": 28.0},
    ],
)
def test_values_outside_their_range_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Preprocess(**({"height": 28, "width": 28, "channels": 3} | changes))


def test_a_long_strip_does_not_fill_the_memory() -> None:
    """Enlarged as a whole it would have 64 × 6,400,000 pixels."""
    image = Image.new("L", (100_000, 1), 100)
    image.paste(200, (49_990, 0, 50_010, 1))
    pixels = Preprocess(64, 64, 1).pixels(image)
    assert pixels.shape == (1, 64, 64)
    assert pixels.min() == 200

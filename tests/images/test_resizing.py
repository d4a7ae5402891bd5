"""Resizing gives the same bits with and without PyTorch."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import interpolate

from catseye.images.resizing import resize_with_numpy

SIDES = st.integers(1, 300)


def test_two_by_two_pixels_become_one_by_their_mean() -> None:
    picture = np.array([[0, 10], [20, 31]], np.uint8)[:, :, None]
    # Rows first: (0 + 10) / 2 = 5 and 25.5, which is rounded up; then (5 + 26) / 2 = 15.5, rounded up.
    assert resize_with_numpy(picture, 1, 1, "bilinear").tolist() == [[[16]]]


def test_an_enlarged_row_is_interpolated_between_the_centres_of_its_pixels() -> None:
    picture = np.array([[0, 100]], np.uint8)[:, :, None]
    # The centres of four pixels lie at 0.25, 0.75, 1.25 and 1.75 of two, whose own are 0.5 and 1.5.
    assert resize_with_numpy(picture, 1, 4, "bilinear")[0, :, 0].tolist() == [0, 25, 75, 100]


@settings(max_examples=60)
@given(SIDES, SIDES, SIDES, SIDES, st.sampled_from((1, 3)), st.sampled_from(("bilinear", "bicubic")), st.booleans())
def test_numpy_computes_what_pytorch_does(
    height: int, width: int, rows: int, columns: int, channels: int, interpolation: str, extreme: bool
) -> None:
    values = np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)
    picture = values // 128 * 255 if extreme else values  # edges, beyond which bicubic interpolation overshoots
    batch = torch.from_numpy(picture).permute(2, 0, 1)[None]
    expected = interpolate(batch, (rows, columns), mode=interpolation, antialias=True)[0].permute(1, 2, 0)
    assert np.array_equal(resize_with_numpy(picture, rows, columns, interpolation), expected.numpy())


@pytest.mark.parametrize("side", [3000, 20])
def test_large_and_small_pictures_too(side: int) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (side, side + 1, 3), np.uint8)
    batch = torch.from_numpy(picture).permute(2, 0, 1)[None]
    expected = interpolate(batch, (224, 224), mode="bicubic", antialias=True)[0].permute(1, 2, 0)
    assert np.array_equal(resize_with_numpy(picture, 224, 224, "bicubic"), expected.numpy())


def test_pytorch_is_not_loaded_for_it() -> None:
    program = (
        "import numpy, sys; from catseye.images.preprocess import Preprocess; "
        "Preprocess(8, 8, 3).pixels(numpy.zeros((20, 30, 3), 'uint8')); print('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

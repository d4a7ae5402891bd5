"""Arrays of deep values are scaled as the pictures that a classifier was trained on."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from catseye.errors import PictureError, UsageError
from catseye.images.decoding import decode
from catseye.images.inputs import as_many, source_of
from catseye.images.value_range import ValueRange

VALUES = np.array([[0, 1000], [2000, 4095]])
SCALED = [[0, 62], [125, 255]]  # 1000 × 255 / 4095 = 62.3, 2000 × 255 / 4095 = 124.5


@pytest.mark.parametrize("kind", [np.uint16, np.int32, np.int64, np.uint32, np.float32, np.float64])
def test_whole_numbers_and_fractions_are_scaled_by_the_range(kind: Any) -> None:
    image = decode(source_of(VALUES.astype(kind), "", ValueRange(0, 4095)))
    assert np.asarray(image).tolist() == SCALED
    with pytest.raises(PictureError, match="uint8, or floats from 0 to 1"):
        source_of(VALUES.astype(kind), "")


def test_bytes_and_floats_from_0_to_1_mean_what_they_always_did() -> None:
    for known in (None, ValueRange(0, 4095)):
        for array in (np.array([[0, 51]], np.uint8), np.array([[0, 0.2]])):
            assert np.asarray(decode(source_of(array, "", known))).tolist() == [[0, 51]]


def test_fractions_of_another_range_keep_it() -> None:
    array = np.array([[0.0, 0.5, 1.0]])
    assert np.asarray(decode(source_of(array, "", ValueRange(-1, 1, True)))).tolist() == [[128, 191, 255]]


@pytest.mark.parametrize("array", [np.array([["a"]]), np.array([[1j]]), np.array([[True]]), np.full((2, 2), np.nan)])
def test_what_is_no_number_is_refused_with_a_range_too(array: np.ndarray[Any, Any]) -> None:
    with pytest.raises(PictureError, match="uint8, or floats from 0 to 1"):
        source_of(array, "", ValueRange(0, 4095))


@pytest.mark.parametrize("content", [b"\x89PNG", bytearray(b"x"), memoryview(b"x"), io.BytesIO(b"x"), io.StringIO("x")])
def test_the_content_of_a_file_is_not_many_pictures(content: Any) -> None:
    with pytest.raises(UsageError, match=r"open it with PIL\.Image\.open"):
        as_many(content)

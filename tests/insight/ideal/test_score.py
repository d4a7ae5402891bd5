"""Scores of pictures, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from catseye.insight.ideal.score import perturb_picture, total_variation

if TYPE_CHECKING:
    pass


def test_total_variation_by_hand() -> None:
    picture = np.array([[0, 10, 0], [0, 0, 0]], np.uint8)[..., None]
    assert total_variation(picture) == pytest.approx((10 + 10) / 4 + 10 / 3)
    assert total_variation(np.full((1, 1, 3), 7, np.uint8)) == 0


def test_worn_pictures_are_shifted_and_blurred() -> None:
    picture = np.zeros((224, 224, 3), np.uint8)
    picture[100:110, 50:60] = 255
    rows, columns = np.nonzero(perturb_picture(picture)[..., 0] > 128)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (108, 117, 58, 67)
    assert perturb_picture(np.zeros((8, 8, 1), np.uint8)).shape == (8, 8, 1)

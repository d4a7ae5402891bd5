"""Thumbnails are laid onto one another: by how much a picture was moved, scaled and turned is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from catseye.quality.registration import register, zooms
from tests.quality.scenes import scene

if TYPE_CHECKING:
    from catseye.arrays import Pixels

SIDE = 34


def small(image: Image.Image, box: tuple[float, float, float, float] | None = None) -> Pixels:
    return np.asarray(image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX, box))[None]


@pytest.mark.parametrize(
    ("left", "upper", "right", "lower"),
    [(0.05, 0.05, 0.05, 0.05), (0.1, 0, 0, 0), (0, 0, 0.06, 0.1), (0, 0, 0, 0)],
)
def test_a_crop_is_found_by_its_corners(left: float, upper: float, right: float, lower: float) -> None:
    image = scene(3)
    width, height = image.size
    crop = small(image, (left * width, upper * height, (1 - right) * width, (1 - lower) * height))
    found = register(crop, small(image), zooms(np.array([1.0])), 12)
    # From -1 to 1, the crop's left edge, -1, lies at -1 + 2 left of the original, its right edge at 1 - 2 right.
    edges = found.maps[0] @ np.array([[-1, 1], [-1, 1], [1, 1]])
    assert edges == pytest.approx(np.array([[-1 + 2 * left, 1 - 2 * right], [-1 + 2 * upper, 1 - 2 * lower]]), abs=0.02)
    assert found.correlations[0] > 0.98


def test_brightness_and_contrast_do_not_count_and_a_negative_is_the_opposite() -> None:
    picture = small(scene(1))
    found = register(picture // 2 + 60, picture, zooms(np.array([1.0])), 0)
    assert found.correlations[0] == pytest.approx(1, abs=1e-3)  # but for rounding
    assert register(255 - picture, picture, zooms(np.array([1.0])), 0).correlations[0] == pytest.approx(-1, abs=1e-5)


@pytest.mark.parametrize(
    "matrix",
    [
        [[1.5, 0, 0], [0, 1.5, 0]],  # too large
        [[1, 0.2, 0], [-0.2, 1, 0]],  # turned by 11 degrees
        [[1, 0, 0.5], [0, 1, 0]],  # moved by a quarter of the side
        [[-1, 0, 0], [0, 1, 0]],  # mirrored
    ],
)
def test_maps_beyond_small_changes_do_not_count_as_agreement(matrix: list[list[float]]) -> None:
    picture = small(scene(1))
    assert register(picture, picture, np.array([matrix]), 0).correlations.tolist() == [0]


def test_blank_pictures_and_none_at_all_agree_with_nothing() -> None:
    blank = np.full((2, SIDE, SIDE), 7, np.uint8)
    found = register(blank, blank, zooms(np.ones(2)), 3)
    assert np.isfinite(found.maps).all()
    assert found.correlations.tolist() == [0, 0]
    assert len(register(blank[:0], blank[:0], zooms(np.ones(0)), 3).correlations) == 0

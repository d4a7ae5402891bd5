"""The page of a picture's tensors can be read at the back of a room: no text is cut off, tiny, or on another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

import catseye
from tests.drawing.legibility import check_legible

if TYPE_CHECKING:
    from pathlib import Path

LONG = "IMG_20261127_124500_a_photograph_that_was_taken_indoors_without_flash_and_copied_twice (2) (1).png"


@pytest.mark.slow
@pytest.mark.parametrize("shape", [(1, 1, 3), (8, 8), (2, 600, 3), (600, 2), (40, 30, 3), (3000, 4000, 3)])
def test_any_shape_fits_onto_a_slide(shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    figure = catseye.tensors(Image.fromarray(pixels), at=(shape[0] - 1, shape[1] - 1)).figure()
    assert figure.get_size_inches()[0] / figure.get_size_inches()[1] == pytest.approx(16 / 9, abs=0.01)
    check_legible(figure, 65)


@pytest.mark.slow
@pytest.mark.parametrize("zoom", [1, 10])
def test_names_and_notes_that_are_long_fit(zoom: int, tmp_path: Path) -> None:
    paths = [tmp_path / f"{number} {LONG}" for number in range(9)]
    for path in paths:
        Image.new("RGBA", (40, 30), (200, 100, 0, 128)).save(path)
    check_legible(catseye.tensors(paths, zoom=zoom).figure(), 110)


@pytest.mark.slow
def test_with_the_largest_zoom_every_number_has_its_own_place() -> None:
    pixels = np.full((20, 20, 3), 255, np.uint8)
    check_legible(catseye.tensors(pixels, zoom=16).figure(), 100)

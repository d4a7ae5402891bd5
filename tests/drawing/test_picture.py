"""Small pictures are shown as squares, large ones are smoothed: one rule for figures and pages."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from catseye.drawing.picture import draw_picture, interpolation, is_pixelated


@pytest.mark.parametrize(("height", "width", "small"), [(8, 8, True), (64, 64, True), (64, 65, False), (1, 900, False)])
def test_up_to_64_pixels_a_side_are_squares(height: int, width: int, small: bool) -> None:
    assert is_pixelated(height, width) == small
    assert (interpolation(height, width) == "nearest") == small
    assert interpolation(height, width, large="bilinear") == ("nearest" if small else "bilinear")


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_is_drawn_on_the_whole_range(channels: int) -> None:
    axes = Figure().subplots()
    draw_picture(axes, np.full((4, 6, channels), 100, np.uint8))
    (image,) = axes.images
    assert image.get_clim() == (0, 255)
    assert not axes.get_xticks().size

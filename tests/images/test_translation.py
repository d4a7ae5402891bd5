"""Pictures move by whole pixels, and what comes in is their background."""

from __future__ import annotations

import numpy as np

from catseye.images.edge_colour import background
from catseye.images.translation import translate


def test_the_background_is_the_median_of_the_edge() -> None:
    picture = np.full((1, 2, 4, 5), 200, np.uint8)
    picture[:, 0, 1:3, 1:4] = 7  # the inside says nothing
    picture[:, 1, 0, :3] = 9  # nor do a few of the 14 pixels of the edge
    assert background(picture).tolist() == [[[[200]], [[200]]]]


def test_a_picture_moves_as_it_is_told() -> None:
    picture = np.zeros((1, 1, 4, 4), np.uint8)
    picture[0, 0, 1, 2] = 5
    for down, right in ((0, 0), (2, 0), (-1, 0), (0, 1), (0, -2), (1, -1)):
        result = translate(picture, down, right)
        assert np.argwhere(result[0, 0]).tolist() == [[1 + down, 2 + right]]
    assert picture.sum() == 5


def test_what_leaves_is_lost_and_what_comes_in_is_background() -> None:
    picture = np.full((1, 1, 3, 3), 40, np.uint8)
    picture[0, 0, 0] = 90
    assert translate(picture, -1, 0).tolist() == [[[[40] * 3] * 3]]

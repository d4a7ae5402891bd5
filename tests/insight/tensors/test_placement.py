"""Which pixel is followed unless told."""

from __future__ import annotations

import numpy as np

from catseye.insight.tensors.placement import choose_place


def test_the_region_with_the_most_contrast_in_the_middle_half_is_chosen() -> None:
    picture = np.zeros((80, 80, 3), np.uint8)
    picture[:10] = np.arange(240, dtype=np.uint8).reshape(80, 3)  # outside the middle half
    picture[36:44, 52:60:2] = 255
    assert choose_place(picture, 8) == (40, 56)


def test_of_a_picture_that_is_shown_whole_it_is_the_brightest_pixel_else_the_middle() -> None:
    picture = np.zeros((8, 8, 1), np.uint8)
    picture[5, 2] = 9
    assert choose_place(picture, 8) == (5, 2)
    assert choose_place(np.zeros((1, 1, 3), np.uint8), 6) == (0, 0)
    assert choose_place(np.zeros((2, 600, 3), np.uint8), 6) == (1, 300)


def test_of_a_digit_it_is_a_pixel_of_its_edge_and_not_of_the_paper() -> None:
    picture = np.zeros((28, 28, 1), np.uint8)
    picture[4:24, 5], picture[4:24, 6], picture[4:24, 7] = 120, 250, 120  # a stroke at the left; the middle is paper
    row, column = choose_place(picture, 8)
    assert picture[row, column, 0] == 120
    assert 4 <= row < 24

"""Panels are arranged to be as large as possible on a page of 16:9."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.drawing.grids import choose_columns, figure_of_grids


@pytest.mark.parametrize(
    ("shape", "count", "columns"),
    [((40, 100), 4, 2), ((100, 40), 4, 4), ((60, 60), 1, 1)],
)
def test_the_number_of_columns_follows_the_shape(shape: tuple[int, int], count: int, columns: int) -> None:
    assert choose_columns([np.zeros(shape)] * count, 5) == columns


def test_a_slide_spreads_its_panels_over_the_page_without_enlarging_them() -> None:
    rows = [[np.zeros((20, 20))] * 3] * 2
    tight, slide = figure_of_grids(rows, "title"), figure_of_grids(rows, "title", slide=True)
    sizes = [
        {(round(box.width * width, 3), round(box.height * height, 3)) for box in (a.get_position() for a in one.axes)}
        for one in (tight, slide)
        for width, height in [one.get_size_inches()]
    ]
    assert sizes[0] == sizes[1]
    assert slide.get_figwidth() / slide.get_figheight() == pytest.approx(16 / 9)

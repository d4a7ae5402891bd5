"""Panels are arranged to be as large as possible on a page of 16:9."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest

from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH
from catseye.drawing.grids import choose_columns, figure_of_grids

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@pytest.mark.parametrize(
    ("shape", "count", "columns"),
    [((40, 100), 4, 2), ((100, 40), 4, 4), ((60, 60), 1, 1)],
)
def test_the_number_of_columns_follows_the_shape(shape: tuple[int, int], count: int, columns: int) -> None:
    assert choose_columns([np.zeros(shape)] * count, 5) == columns


def sizes(figure: Figure) -> set[tuple[float, float]]:
    width, height = figure.get_size_inches()
    boxes = [axes.get_position() for axes in figure.axes]
    return {(round(box.width * width, 2), round(box.height * height, 2)) for box in boxes}


@pytest.mark.parametrize("shape", [(20, 20), (20, 60), (60, 20), (400, 300)])
@pytest.mark.parametrize("columns", [1, 3, 5])
@pytest.mark.parametrize("rows", [1, 2, 3])
def test_panels_of_pictures_fill_a_slide(shape: tuple[int, int], columns: int, rows: int) -> None:
    figure = figure_of_grids([[np.zeros(shape)] * columns] * rows, "title\nin two lines", slide=True)
    width, height = figure.get_size_inches()
    assert (width, height) == pytest.approx((PAGE_WIDTH, PAGE_HEIGHT))
    boxes = [axes.get_position() for axes in figure.axes]
    assert all(0 <= box.x0 < box.x1 <= 1 and 0 <= box.y0 < box.y1 <= 1 for box in boxes)
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    # Either the rows or the columns leave no room for larger panels, or these are 3 times as large as usual.
    ((wide, tall),) = sizes(figure)
    used = max(columns * (max(wide, 1.7) + 0.25) / PAGE_WIDTH, (rows * (tall + 0.5) + 0.85) / PAGE_HEIGHT)
    assert used == pytest.approx(1, abs=0.01) or max(wide, tall) == pytest.approx(7.8, abs=0.01)


def test_cells_with_numbers_are_never_smaller_than_their_numbers() -> None:
    figure = figure_of_grids([[np.zeros((14, 14)), np.zeros((50, 50))]] * 3, "title", slide=True)
    assert (round(14 * 0.46, 2),) * 2 in sizes(figure)
    width, height = figure.get_size_inches()
    assert width / height == pytest.approx(16 / 9)
    assert width > PAGE_WIDTH

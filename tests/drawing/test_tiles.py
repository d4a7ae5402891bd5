"""Tiles are as large as a page of 16:9 has room for."""

from __future__ import annotations

import pytest

from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH
from catseye.drawing.tiles import MARGIN, lay_out_tiles


@pytest.mark.parametrize("shape", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("count", [1, 2, 9, 40, 128])
def test_tiles_fit_the_page_and_do_not_touch(count: int, shape: float) -> None:
    tiles = lay_out_tiles(count, shape, above=1.0, caption=0.4, sides=(0.1, 3.0))
    assert tiles.columns * tiles.rows >= count > tiles.columns * (tiles.rows - 1)
    assert tiles.width <= PAGE_WIDTH - 2 * MARGIN + 1e-9
    assert 1.0 + tiles.height <= PAGE_HEIGHT - 2 * MARGIN + 1e-9
    assert tiles.corner(0) == (0, 0)
    left, top = tiles.corner(tiles.columns * tiles.rows - 1)
    assert left + tiles.wide == pytest.approx(tiles.width)
    assert top + tiles.tall + tiles.caption == pytest.approx(tiles.height)


def test_tiles_that_would_be_too_small_make_the_page_higher() -> None:
    tiles = lay_out_tiles(100, 1.0, above=1.0, caption=0.4, sides=(1.1, 3.0))
    assert tiles.wide >= 1.1
    assert tiles.width <= PAGE_WIDTH - 2 * MARGIN + 1e-9
    assert tiles.height > PAGE_HEIGHT


def test_a_few_tiles_lie_in_one_row() -> None:
    assert lay_out_tiles(3, 1.0, above=1.0, caption=0.4, sides=(0.5, 2.0)).columns == 3

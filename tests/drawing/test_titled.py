"""Titles stay clear of the edge, and of the axes."""

from __future__ import annotations

import pytest
from matplotlib.text import Text

from catseye.drawing.titled import titled_figure


@pytest.mark.parametrize("title", ["a title", "a very long title " * 20])
def test_a_title_touches_neither_the_edge_nor_the_axes(title: str) -> None:
    figure = titled_figure(10, 5, title, 15)
    axes = figure.subplots(1, 2)
    axes[0].set_title("two\nlines")
    figure.draw_without_rendering()
    (above,) = (text.get_window_extent() for text in figure.findobj(Text) if text.get_text().startswith("a "))
    inch = figure.dpi
    assert above.y1 <= (5 - 0.1) * inch
    assert above.x0 >= 0.1 * inch
    assert axes[0].get_tightbbox().y1 <= above.y0

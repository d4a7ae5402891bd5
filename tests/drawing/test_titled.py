"""Titles stay clear of the edge, and of the axes."""

from __future__ import annotations

import pytest
from matplotlib.text import Text

from catseye.drawing.titled import titled_figure


@pytest.mark.parametrize("lines", [1, 2])
@pytest.mark.parametrize("title", ["a title", "a very long title " * 20])
def test_a_title_touches_neither_the_edge_nor_the_axes(title: str, lines: int) -> None:
    figure = titled_figure(10, 5, title, 15, lines=lines, bold=lines == 2)
    axes = figure.subplots(1, 2)
    axes[0].set_title("two\nlines")
    figure.draw_without_rendering()
    (above,) = (text.get_window_extent() for text in figure.findobj(Text) if text.get_text().startswith("a "))
    inch = figure.dpi
    assert above.y1 <= (5 - 0.1) * inch
    assert above.x0 >= 0.1 * inch
    assert axes[0].get_tightbbox().y1 <= above.y0


def test_a_title_that_needs_two_lines_keeps_all_its_words() -> None:
    title = "a class with a very long name (98.2 %) → another class with a name that is as long (91.3 %)"
    figure = titled_figure(6, 4, title, 15, lines=2)
    (above,) = (text for text in figure.findobj(Text) if text.get_text().startswith("a "))
    assert above.get_text().count("\n") == 1
    assert above.get_text().split() == title.split()


def test_axes_stay_clear_of_the_edge_without_a_title_too() -> None:
    figure = titled_figure(6, 4, "", 15)
    axes = figure.subplots()
    axes.set_title("the axes' own")
    figure.draw_without_rendering()
    box = axes.get_tightbbox()
    assert box is not None
    assert box.y1 <= (4 - 0.1) * figure.dpi

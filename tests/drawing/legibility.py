"""Whether a figure can be read at the back of a room."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axis import Axis, Tick
    from matplotlib.figure import Figure

POINTS = 72  # an inch


def check_legible(figure: Figure, lines: float) -> None:
    """Assert that no text is cut off or lies on another, and that type is large enough.

    ``lines`` of the smallest type would fill the height of a slide of 16:9 on which the figure is shown as large as
    it fits.
    """
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    width, height = figure.get_size_inches()
    slide = max(height, width * 9 / 16) * POINTS
    hidden = {tick.label1 for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for tick in _out_of_view(axis)}
    found = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    texts = [text for text in found if text.get_text() and text.get_visible() and text not in hidden]
    smallest = min(texts, key=lambda text: float(text.get_fontsize()))
    assert slide / float(smallest.get_fontsize()) <= lines, smallest
    wide, tall = canvas.get_width_height()
    boxes = {text.get_window_extent(): text for text in texts}
    outside = [text for box, text in boxes.items() if box.x0 < 0 or box.x1 > wide or box.y0 < 0 or box.y1 > tall]
    assert not outside, outside
    over = [(boxes[one], boxes[other]) for one, other in combinations(boxes, 2) if one.overlaps(other)]
    assert not over, over


def _out_of_view(axis: Axis) -> Iterator[Tick]:
    """Yield the ticks that matplotlib keeps beyond the ends of an axis, and does not draw."""
    low, high = sorted(axis.get_view_interval())
    yield from (tick for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high)

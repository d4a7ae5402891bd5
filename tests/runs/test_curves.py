"""Training curves, in a report and beside each other."""

from __future__ import annotations

from matplotlib.figure import Figure

from catseye.runs.curves import draw_curves, draw_history
from catseye.training.history import Epoch

HISTORY = [Epoch(n, 0.1, 1 / n, 1 - 1 / n, 2 / n, 0.5, 1.0) for n in range(1, 5)]


def test_inline_drawings_take_the_colour_of_the_text_around_them() -> None:
    for drawing in draw_history(HISTORY):
        assert drawing.startswith("<svg")
        assert "currentColor" in drawing
        assert "#010203" not in drawing
        assert "http" not in drawing.replace("http://www.w3.org/", "")


def test_no_epoch_is_cut_off_however_many_are_shown() -> None:
    for shown, last in ((0, 4), (14, 14), (2, 4)):
        axes = Figure().subplots()
        draw_curves(axes, HISTORY, "loss", shown)
        low, high = axes.get_xlim()
        assert low < 1
        assert last < high < last + 1

"""Training curves, in a report and beside each other."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure

from catseye.runs.curves import draw_curves, draw_history, draw_run_curves
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


def test_the_axis_of_a_loss_says_which_it_is() -> None:
    for name, title in (("cross_entropy", "loss"), ("focal", "focal loss"), ("python:mine", "mine")):
        axes = Figure().subplots()
        draw_curves(axes, [replace(epoch, loss_name=name) for epoch in HISTORY], "loss")
        assert axes.get_ylabel() == title


def test_every_metric_has_a_panel_with_a_gap_where_it_was_not_measured() -> None:
    measured = [replace(epoch, metrics={"F1": 0.5, "x" * 40: 1.0}) for epoch in HISTORY[1:]]
    history = [HISTORY[0], *measured]
    figure = draw_run_curves(history)
    assert len(draw_history(history)) == 4
    panels = [axes for axes in figure.axes if axes.axison]
    assert [axes.get_ylabel() for axes in panels[:3]] == ["loss", "accuracy", "F1"]
    assert "".join(panels[3].get_ylabel().split()) == "x" * 40
    (line,) = panels[2].lines
    values = [float(value) for value in np.asarray(line.get_ydata())]
    assert math.isnan(values[0])
    assert values[1:] == [0.5] * 3
    odd = draw_run_curves([replace(epoch, metrics={"F1": 0.5}) for epoch in HISTORY])
    assert [axes.axison for axes in odd.axes] == [True, True, True, False]

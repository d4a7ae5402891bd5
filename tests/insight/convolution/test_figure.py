"""The scales of the panels of a convolution."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.insight.convolution.convolution import Convolution
from catseye.insight.convolution.figure import draw_convolution
from catseye.insight.convolution.pooled_example import PooledExample
from catseye.insight.convolution.pooling import Pooling
from catseye.insight.convolution.pooling_figure import draw_pooling
from catseye.insight.convolution.worked_example import WorkedExample
from tests.drawing.legibility import check_legible


def test_responses_to_planes_and_their_sum_share_one_scale() -> None:
    """Each response is 3 or −3 at most, their sum 9: on one scale, 3 is a third as strong."""
    planes = np.zeros((3, 3, 4))
    planes[:, :, 1:] = 1.0
    worked = WorkedExample("it", planes, Convolution("prewitt_x"))
    assert worked.output.tolist() == [[9, 0]]
    limits = {
        axes.get_title().split("\n")[0]: axes.images[0].get_clim()
        for axes in draw_convolution(worked).axes
        if "input" not in axes.get_title() and axes.get_title() != "kernel"
    }
    assert limits == dict.fromkeys(limits, (-9, 9))
    assert {"red response", "sum: cross-correlation", "convolution"} <= set(limits)


def test_both_operations_on_one_plane_and_what_pooling_leaves_share_one_scale() -> None:
    """The kernel adds a value and takes off three times its neighbour: 4 − 3·1 = 1; turned, 1 − 3·4 = −11."""
    worked = WorkedExample("it", np.array([[4.0, 1.0]]), Convolution([[1.0, -3.0]]), Pooling("max", 1))
    assert (worked.output.tolist(), worked.other_output.tolist()) == ([[1]], [[-11]])
    figure = draw_convolution(worked)
    results = [axes for axes in figure.axes if axes.get_title().split("\n")[0] not in ("input", "kernel")]
    assert [axes.images[0].get_clim() for axes in results] == [(-11, 11)] * 3
    assert "all responses share one scale" in figure.texts[0].get_text()


@pytest.mark.parametrize("size", [(60, 90), (90, 60), (40, 40)])
@pytest.mark.parametrize("pooling", [None, Pooling("max")])
@pytest.mark.parametrize("planes", [1, 3])
def test_a_picture_s_figure_has_the_shape_of_a_slide(
    size: tuple[int, int], pooling: Pooling | None, planes: int
) -> None:
    values = np.random.default_rng(0).random((planes, *size)) * 255
    worked = WorkedExample("it", values if planes > 1 else values[0], Convolution("sobel_x"), pooling)
    for figure in (draw_convolution(worked), draw_pooling(PooledExample("it", worked.values, Pooling("max")))):
        width, height = figure.get_size_inches()
        assert width / height == pytest.approx(16 / 9)
        check_legible(figure, 70)


def test_what_pools_says_its_window_and_padding() -> None:
    worked = WorkedExample("it", np.ones((6, 6)), Convolution("sobel_x"), Pooling("max", 2, 1, 1))
    words = " ".join(draw_convolution(worked).texts[0].get_text().split())
    assert "then max pooling, window 2×2, stride 1, padding 1, which is not counted" in words

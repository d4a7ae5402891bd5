"""The scales of the panels of a convolution."""

from __future__ import annotations

import numpy as np

from catseye.insight.convolution.convolution import Convolution
from catseye.insight.convolution.figure import draw_convolution
from catseye.insight.convolution.worked_example import WorkedExample


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

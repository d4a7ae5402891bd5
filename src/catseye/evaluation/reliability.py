"""The reliability diagram: accuracy against confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.collections import PathCollection

from catseye.drawing.numbers import percent
from catseye.drawing.style import BLUE, ORANGE
from catseye.evaluation.calibration import expected_calibration_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from catseye.evaluation.calibration import Bin

_SMALLEST, _GROWTH, _LEGEND = 12, 150, 40  # square points of a mark


def draw_reliability_diagram(axes: Axes, raw: Sequence[Bin], calibrated: Sequence[Bin]) -> None:
    """Draw accuracy against confidence, before and after calibration; the legend stands below the axes."""
    axes.plot(
        [0, 1], [0, 1], color=mpl.rcParams["text.color"], linewidth=1, linestyle=":", label="perfectly calibrated"
    )
    for label, bins, colour, mark in (("as trained", raw, ORANGE, "s"), ("calibrated", calibrated, BLUE, "o")):
        x, y = [b.confidence for b in bins], [b.accuracy for b in bins]
        most = max(b.examples for b in bins)
        # Area grows with the share of the pictures, and the smallest stay visible.
        sizes = [_SMALLEST + _GROWTH * b.examples / most for b in bins]
        error = expected_calibration_error(list(bins))
        axes.scatter(
            x, y, sizes, colour, marker=mark, alpha=0.7, linewidths=0, label=f"{label} (error {percent(error)})"
        )
    axes.set(xlabel="confidence", ylabel="accuracy", xlim=(-0.03, 1.03), ylim=(-0.03, 1.03))
    legend = axes.legend(
        frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.16)
    )  # marks can lie anywhere inside
    for handle in legend.legend_handles:
        if isinstance(handle, PathCollection):
            handle.set_sizes([_LEGEND])

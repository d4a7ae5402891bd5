"""The reliability diagram: accuracy against confidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.collections import PathCollection
from matplotlib.figure import Figure

from catseye.drawing.style import BLUE, INK, ORANGE, PANEL_WIDTH, styled, svg
from catseye.evaluation.calibration import expected_calibration_error

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.evaluation.calibration import Bin


def draw_reliability_diagram(raw: Sequence[Bin], calibrated: Sequence[Bin]) -> str:
    """Return an SVG drawing of accuracy against confidence, before and after calibration."""
    with styled(inline=True):
        figure = Figure((PANEL_WIDTH, PANEL_WIDTH * 0.85), layout="constrained")
        axes = figure.subplots()
        axes.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle=":", label="perfectly calibrated")
        for label, bins, colour, mark in (
            ("as trained", raw, ORANGE, "s"),
            ("calibrated", calibrated, BLUE, "o"),
        ):
            x, y = [b.confidence for b in bins], [b.accuracy for b in bins]
            most = max(b.examples for b in bins)
            # Area grows with the share of the pictures, and the smallest stay visible.
            sizes = [12 + 150 * b.examples / most for b in bins]
            error = expected_calibration_error(list(bins))
            axes.scatter(
                x, y, sizes, colour, marker=mark, alpha=0.7, linewidths=0, label=f"{label} (error {error:.1%})"
            )
        axes.set(xlabel="confidence", ylabel="accuracy", xlim=(0, 1.02), ylim=(0, 1.02))
        for handle in axes.legend(frameon=False, loc="upper left").legend_handles:
            if isinstance(handle, PathCollection):
                handle.set_sizes([40])
        return svg(figure)

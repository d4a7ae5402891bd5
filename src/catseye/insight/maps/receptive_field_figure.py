"""Receptive fields as rectangles over a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from catseye.drawing.labels import fit_text, wrap_text
from catseye.drawing.picture import draw_picture
from catseye.drawing.style import UNSIGNED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catseye.insight.maps.receptive_field import ReceptiveField

_GREY, _MOST_SQUARES = 205, 64  # of a frame without a picture: its value, and the most pixels a side drawn as squares
_SIDE, _LABELS = 5.2, 3.2  # inches
_LINE = 0.4  # inches between labels
_SIZE = 12  # points of a label
_ROOM = 2.7  # inches of a label's line


def draw_receptive_fields(
    pixels: Any, fields: Mapping[str, ReceptiveField], title: str, shape: tuple[int, int, int]
) -> Figure:
    """Return the picture uint8 (H, W, 1 or 3) with a rectangle for each field, as it was measured.

    Without a picture it is a grey frame of ``shape``, whose pixels are drawn as squares if there are not many. Each
    label stands beside the picture, joined to the upper right corner of its rectangle.
    """
    height, width = shape[:2]
    tall = max(_SIDE * min(height / width, 2), _LINE * len(fields) + 1)
    figure = Figure((_SIDE + _LABELS, tall + 0.6))
    heading = fit_text(title, _SIDE + _LABELS - 0.3, 14, smallest=9, bold=True)
    figure.suptitle(heading.text, x=0.02, y=0.985, ha="left", fontsize=heading.size, fontweight="bold")
    axes = figure.add_axes((0.02, 0.02, _SIDE / (_SIDE + _LABELS) - 0.02, tall / (tall + 0.6) - 0.02))
    draw_picture(axes, np.full((height, width, 1), _GREY, np.uint8) if pixels is None else pixels)
    if pixels is None and max(height, width) <= _MOST_SQUARES:
        edges = np.arange(max(height, width) + 1) - 0.5
        axes.vlines(edges[: width + 1], -0.5, height - 0.5, colors="white", linewidth=0.8, zorder=0.5)
        axes.hlines(edges[: height + 1], -0.5, width - 0.5, colors="white", linewidth=0.8, zorder=0.5)
    axes.set_anchor("NW")
    axes.set_axis_off()
    groups = _grouped(fields)
    for number, (names, field) in enumerate(groups):
        colour = to_hex(UNSIGNED(0.3 + 0.7 * number / max(len(groups) - 1, 1)))
        _draw(axes, ", ".join(names), field, 1 - (0.5 + number) / len(groups), colour)
    return figure


def _grouped(fields: Mapping[str, ReceptiveField]) -> list[tuple[list[str], ReceptiveField]]:
    """Return the different rectangles, the largest first, each with the names of the layers that it belongs to."""
    groups: dict[Any, tuple[list[str], ReceptiveField]] = {}
    for name, field in fields.items():
        groups.setdefault((field.top, field.left, field.measured), ([], field))[0].append(name)
    return sorted(groups.values(), key=lambda group: -group[1].measured[0] * group[1].measured[1])


def _draw(axes: Any, names: str, field: ReceptiveField, height: float, colour: str) -> None:
    rows, columns = field.measured
    corner = field.left - 0.5, field.top - 0.5
    for width, ink in ((3.4, "black"), (1.8, colour)):  # the dark edge is seen on bright pixels
        axes.add_patch(Rectangle(corner, columns, rows, fill=False, linewidth=width, edgecolor=ink, clip_on=False))
    said = "the whole picture" if field.measured == field.picture else f"{rows}×{columns}"
    cut = ", cropped by the edge" if field.cut and field.measured != field.picture else ""
    axes.annotate(
        "\n".join(wrap_text(f"{names}: {said}{cut}", _ROOM, _SIZE)),
        (corner[0] + columns, corner[1]),
        xytext=(1.06, height),
        textcoords="axes fraction",
        va="center",
        fontsize=_SIZE,
        annotation_clip=False,
        bbox={"boxstyle": "square,pad=0.25", "facecolor": "none", "edgecolor": colour, "linewidth": 1.8},
        arrowprops={"arrowstyle": "-", "color": colour, "linewidth": 1.1, "relpos": (0, 0.5), "shrinkA": 0},
    )

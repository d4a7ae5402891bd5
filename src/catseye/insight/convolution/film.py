"""A convolution by hand as a film of its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.patches import Rectangle

from catseye.drawing.film import encode_film, frame_of
from catseye.drawing.grids import draw_grid, figure_of_grids, is_small
from catseye.drawing.mark import write_marked
from catseye.drawing.numbers import exact
from catseye.drawing.style import ORANGE, styled
from catseye.insight.convolution.figure import by_channel, kind_of, settings_line
from catseye.insight.convolution.words import around

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes
    from PIL import Image

    from catseye.arrays import Floats
    from catseye.insight.convolution.convolution import Step
    from catseye.insight.convolution.pooling import PoolingStep
    from catseye.insight.convolution.worked_example import WorkedExample

FILM_STEPS = 60  # unless told
_MILLISECONDS, _QUICKER, _LAST = 1100, 350, 3000  # of a frame; of one among many; of the last
_MANY = 30  # frames
_RING = 110  # square points


def write_film(path: Path, worked: WorkedExample, most: int | None = None) -> None:
    """Write the steps as an animated GIF, whole or not at all: at most ``most`` of each kind, evenly spread."""
    with styled():
        frames = [*_convolution_frames(worked, most or FILM_STEPS), *_pooling_frames(worked, most or FILM_STEPS)]
    usual = _MILLISECONDS if len(frames) <= _MANY else _QUICKER
    write_marked(path, encode_film(frames, usual, _LAST))


def _convolution_frames(worked: WorkedExample, most: int) -> list[Image.Image]:
    steps = list(worked.steps(most))
    padded = worked.convolution.sliding.padded(worked.channels)
    known = np.zeros(worked.output.shape, bool)
    frames = []
    for number, step in enumerate(steps, 1):
        known.ravel()[: step.place[0] * len(known[0]) + step.place[1] + 1] = True
        frames.append(_frame(worked, padded, step, known, f"step {number} of {len(steps)}{_of(known, len(steps))}"))
    return frames


def _of(known: Any, count: int) -> str:
    return f" shown, of {known.size:,}" if count < known.size else ""


def _frame(worked: WorkedExample, padded: Floats, step: Step, known: Any, counted: str) -> Image.Image:
    weights = worked.convolution.weights
    windows, products = (values.reshape(-1, *weights.shape) for values in (step.window, step.products))
    rows = [
        [channel, window, weights, product] for channel, window, product in zip(padded, windows, products, strict=True)
    ]
    rows[0].append(worked.output)
    figure = figure_of_grids(rows, f"{settings_line(worked)}: {counted}")
    output = figure.axes[4]
    panels = [axes for axes in figure.axes if axes is not output]
    row, column = step.place
    for at, (name, values) in enumerate(by_channel(padded)):
        draw_grid(panels[4 * at], f"{name}input{around(worked)}", values, kind_of(name))
        _outline(panels[4 * at], values, *worked.convolution.sliding.covered(step.place))
        draw_grid(panels[4 * at + 1], "window", windows[at], kind_of(name), like=values)
        draw_grid(panels[4 * at + 2], "× kernel", weights, "signed")
        draw_grid(panels[4 * at + 3], "= products", products[at], "signed")
    draw_grid(output, f"sum {exact(step.sum)} →\nrow {row + 1}, column {column + 1}", worked.output, "output", known)
    _outline(output, worked.output, [row], [column])
    return frame_of(figure)


def _pooling_frames(worked: WorkedExample, most: int) -> list[Image.Image]:
    if worked.pooling is None or worked.pooled is None:
        return []
    steps = list(worked.pooling_steps(most))
    known = np.zeros(worked.pooled.shape, bool)
    frames = []
    for number, step in enumerate(steps, 1):
        known.ravel()[: step.place[0] * len(known[0]) + step.place[1] + 1] = True
        frames.append(_pooling_frame(worked, step, known, f"step {number} of {len(steps)}{_of(known, len(steps))}"))
    return frames


def _pooling_frame(worked: WorkedExample, step: PoolingStep, known: Any, counted: str) -> Image.Image:
    assert worked.pooling is not None
    assert worked.pooled is not None
    padded = worked.pooling.sliding.padded(worked.output, np.nan)
    figure = figure_of_grids([[padded, step.window, worked.pooled]], f"{worked.pooling.kind} pooling: {counted}")
    edge = "\n(empty: over the edge)" if np.isnan(padded).any() else ""
    draw_grid(figure.axes[0], f"{worked.operation}{edge}", padded, "output")
    _outline(figure.axes[0], padded, *worked.pooling.sliding.covered(step.place))
    draw_grid(figure.axes[1], "window", step.window, "output", like=worked.output)
    row, column = step.place
    said = f"{exact(step.value)} →\nrow {row + 1}, column {column + 1}"
    draw_grid(figure.axes[2], said, worked.pooled, "output", known, worked.output)
    _outline(figure.axes[2], worked.pooled, [row], [column])
    return frame_of(figure)


def _outline(axes: Axes, values: Floats, rows: Sequence[int], columns: Sequence[int]) -> None:
    """Mark what a window covers: its cells, as one where they touch, or in a picture a ring around it."""
    if not is_small(values):
        middle = (columns[0] + columns[-1]) / 2, (rows[0] + rows[-1]) / 2
        axes.scatter(*middle, _RING, facecolors="none", edgecolors=ORANGE, linewidths=2, clip_on=False)
        return
    if rows[-1] - rows[0] + 1 == len(rows) and columns[-1] - columns[0] + 1 == len(columns):
        axes.add_patch(_rectangle(columns[0], rows[0], len(columns), len(rows)))
        return
    for row in rows:
        for column in columns:
            axes.add_patch(_rectangle(column, row, 1, 1))


def _rectangle(column: int, row: int, columns: int, rows: int) -> Rectangle:
    corner = column - 0.5, row - 0.5
    return Rectangle(corner, columns, rows, fill=False, edgecolor=ORANGE, linewidth=2.6, zorder=3, clip_on=False)

"""A convolution by hand as a film of its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.drawing.film import encode_film, frame_of
from catseye.drawing.grids import draw_grid, figure_of_grids
from catseye.drawing.mark import write_marked
from catseye.drawing.numbers import exact
from catseye.drawing.style import styled
from catseye.insight.convolution.figure import by_channel, kind_of, settings_line
from catseye.insight.convolution.outline import draw_outline
from catseye.insight.convolution.pooling_film import pooling_frames
from catseye.insight.convolution.timing import FILM_STEPS, LAST, milliseconds, of_all
from catseye.insight.convolution.words import around

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from catseye.arrays import Floats
    from catseye.insight.convolution.convolution import Step
    from catseye.insight.convolution.worked_example import WorkedExample


def write_film(path: Path, worked: WorkedExample, most: int | None = None) -> None:
    """Write the steps as an animated GIF, whole or not at all: at most ``most`` of each kind, evenly spread."""
    with styled():
        frames = _convolution_frames(worked, most or FILM_STEPS)
        if worked.pooling:
            frames += pooling_frames(worked.output[None], worked.pooling, worked.operation, most or FILM_STEPS)
    write_marked(path, encode_film(frames, milliseconds(len(frames)), LAST))


def _convolution_frames(worked: WorkedExample, most: int) -> list[Image.Image]:
    steps = list(worked.steps(most))
    padded = worked.convolution.sliding.padded(worked.channels)
    known = np.zeros(worked.output.shape, bool)
    frames = []
    for number, step in enumerate(steps, 1):
        known.ravel()[: step.place[0] * len(known[0]) + step.place[1] + 1] = True
        frames.append(_frame(worked, padded, step, known, f"step {number} of {len(steps)}{of_all(known, len(steps))}"))
    return frames


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
        draw_outline(panels[4 * at], values, *worked.convolution.sliding.covered(step.place))
        draw_grid(panels[4 * at + 1], "window", windows[at], kind_of(name), like=values)
        draw_grid(panels[4 * at + 2], "× kernel", weights, "signed")
        draw_grid(panels[4 * at + 3], "= products", products[at], "signed")
    draw_grid(output, f"sum {exact(step.sum)} →\nrow {row}, column {column}", worked.output, "output", known)
    draw_outline(output, worked.output, [row], [column])
    return frame_of(figure)

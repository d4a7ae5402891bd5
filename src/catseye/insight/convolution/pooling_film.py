"""The steps of pooling as frames of a film."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.drawing.film import encode_film, frame_of
from catseye.drawing.grids import draw_grid, figure_of_grids
from catseye.drawing.mark import write_marked
from catseye.drawing.numbers import exact
from catseye.drawing.style import styled
from catseye.insight.convolution.figure import by_channel, kind_of
from catseye.insight.convolution.outline import draw_outline
from catseye.insight.convolution.pooling_words import pooling_line
from catseye.insight.convolution.timing import FILM_STEPS, LAST, milliseconds, of_all
from catseye.networks.windows import places

if TYPE_CHECKING:
    from pathlib import Path

    from PIL import Image

    from catseye.arrays import Floats
    from catseye.insight.convolution.pooled_example import PooledExample
    from catseye.insight.convolution.pooling import Pooling
    from catseye.networks.windows import Pair


def write_pooling_film(path: Path, pooled: PooledExample, most: int | None = None) -> None:
    """Write the steps as an animated GIF, whole or not at all: at most ``most``, evenly spread."""
    with styled():
        frames = pooling_frames(pooled.channels, pooled.pooling, "input", most or FILM_STEPS)
    write_marked(path, encode_film(frames, milliseconds(len(frames)), LAST))


def pooling_frames(channels: Floats, pooling: Pooling, name: str, most: int) -> list[Image.Image]:
    """Return at most ``most`` frames of the pooling of ``channels`` (C, H, W), which are called ``name``."""
    pooled = np.stack([pooling.output(channel) for channel in channels])
    size = pooled.shape[1], pooled.shape[2]
    steps = list(places(size, most))
    known = np.zeros(size, bool)
    said = pooling_line(pooling, channels.shape[1:])
    frames = []
    for number, place in enumerate(steps, 1):
        known.ravel()[: place[0] * size[1] + place[1] + 1] = True
        counted = f"step {number} of {len(steps)}{of_all(known, len(steps))}"
        frames.append(_frame(channels, pooling, pooled, place, known, f"{said}: {counted}", name))
    return frames


def _frame(
    channels: Floats, pooling: Pooling, pooled: Floats, place: Pair, known: Any, title: str, name: str
) -> Image.Image:
    padded = [pooling.sliding.padded(channel, np.nan) for channel in channels]
    rows, columns = pooling.sliding.covered(place)
    windows = [values[np.ix_(rows, columns)] for values in padded]
    figure = figure_of_grids([list(row) for row in zip(padded, windows, pooled, strict=True)], title)
    edge = "\n(empty: over the edge)" if np.isnan(padded[0]).any() else ""
    axes = iter(figure.axes)
    for at, (plane, values) in enumerate(by_channel(channels)):
        kind = kind_of(plane) if plane else "output"
        before, window, after = next(axes), next(axes), next(axes)
        draw_grid(before, f"{plane}{name}{edge}", padded[at], kind)
        draw_outline(before, padded[at], rows, columns)
        draw_grid(window, "window", windows[at], kind, like=values)
        said = f"{exact(pooled[at][place])} →\nrow {place[0]}, column {place[1]}"
        draw_grid(after, said, pooled[at], kind, known, values)
        draw_outline(after, pooled[at], [place[0]], [place[1]])
    return frame_of(figure)

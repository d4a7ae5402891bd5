"""A convolution by hand as a figure, and as a film of its steps."""

from __future__ import annotations

import io
from textwrap import wrap
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from catseye.files import write_atomically
from catseye.insight.kernels import shown
from catseye.insight.worked_example import CHANNELS
from catseye.reports.convolution_words import each, kernel_name, padding, size
from catseye.reports.figures import ORANGE, STYLE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from matplotlib.axes import Axes

    from catseye.insight.convolution import Step
    from catseye.insight.pooling import PoolingStep
    from catseye.insight.sliding import Floats
    from catseye.insight.worked_example import WorkedExample

LARGEST_GRID = 14  # rows or columns whose numbers are written
_CELL, _PICTURE = 0.46, 3.6  # inches
_NARROWEST, _NARROWEST_FIGURE = 1.7, 5.0  # inches of a panel and of all, which their titles need
_GAP, _HEADING, _LINE = 0.25, 0.5, 0.2  # inches between panels, over a panel, of a line of the title
_LETTERS = 13  # of the title in an inch
_GRIDS_ABREAST, _PICTURES_ABREAST = 5, 3
_STRONGEST = 99.5  # percentile of a response at which its colours end: a few pixels would pale all others
_LARGEST_DRAWN = 700  # rows or columns of a picture
_FILM_STEPS = 60
_FILM_DOTS = 80  # an inch
_MILLISECONDS, _QUICKER, _LAST = 1100, 350, 3000  # of a frame; of one among many; of the last
_MANY = 30  # frames
_RING = 110  # square points
_COLOURS = 128  # of the film's palette
_COLOURS_MEAN = "blue: negative, white: 0, red: positive; greys: nothing is negative"


def convolution_figure(worked: WorkedExample) -> Figure:
    """Return input, kernel, output, the output with the kernel turned, and what pooling leaves."""
    panels = [(f"{name}input", values, "input") for name, values in _named(worked.channels)]
    panels.append((f"kernel{' (turned)' if worked.convolution.true else ''}", worked.convolution.weights, "signed"))
    if len(worked.channels) > 1:
        panels += [(f"{name}response", values, "signed") for name, values in _named(worked.responses)]
    panels.append((f"{worked.operation}\n{size(worked.output.shape)}", worked.output, "output"))
    if not worked.convolution.symmetric:
        panels.append((f"{worked.other_operation}\n(kernel turned)", worked.other_output, "output"))
    if worked.pooling and worked.pooled is not None:
        panels.append((f"{worked.pooling.kind} pooling\n{size(worked.pooled.shape)}", worked.pooled, "output"))
    columns = min(len(panels), _GRIDS_ABREAST if _small(worked.channels[0]) else _PICTURES_ABREAST)
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    figure = _figure([[values for _, values, _ in row] for row in rows], f"{_title(worked)}\n{_COLOURS_MEAN}")
    for axes, (title, values, kind) in zip(figure.axes, panels, strict=True):
        pooled = values is worked.pooled
        draw_grid(axes, title, values, kind, like=worked.output if pooled else None)
    return figure


def write_film(path: Path, worked: WorkedExample, most: int | None = None) -> None:
    """Write the steps as an animated GIF, whole or not at all: at most ``most`` of each kind, evenly spread."""
    with mpl.rc_context(STYLE):
        frames = [*_convolution_frames(worked, most or _FILM_STEPS), *_pooling_frames(worked, most or _FILM_STEPS)]
    largest = max(frame.width for frame in frames), max(frame.height for frame in frames)
    sheets = [Image.new("RGB", largest, "white") for _ in frames]
    for sheet, frame in zip(sheets, frames, strict=True):
        sheet.paste(frame)
    palette = sheets[-1].quantize(_COLOURS) if len(sheets) == 1 else _together(sheets).quantize(_COLOURS)
    coloured = [sheet.quantize(palette=palette, dither=Image.Dither.NONE) for sheet in sheets]
    usual = _MILLISECONDS if len(frames) <= _MANY else _QUICKER
    buffer = io.BytesIO()
    durations = [usual] * (len(frames) - 1) + [_LAST]
    coloured[0].save(
        buffer, "GIF", save_all=True, append_images=coloured[1:], duration=durations, loop=0, optimize=True
    )
    write_atomically(path, buffer.getvalue())


def draw_grid(axes: Axes, title: str, values: Floats, kind: str, known: Any = None, like: Any = None) -> None:
    """Draw numbers as coloured cells, on the scale of ``like``; of ``known`` (H, W), only those that are true.

    An input is drawn in greys, from its smallest to its largest value; what can be negative from blue, by white at
    zero, to red.
    """
    low, high, colours = _scale(values if like is None else like, kind)
    rows, columns = values.shape
    every = -(-max(rows, columns) // _LARGEST_DRAWN)  # more would only be slow to draw
    visible = values[::every, ::every].copy()
    if known is not None:
        visible[~known[::every, ::every]] = np.nan
    whole = (-0.5, columns - 0.5, rows - 0.5, -0.5)
    axes.imshow(
        visible, colours, vmin=low, vmax=high, extent=whole, interpolation="nearest" if _small(values) else None
    )
    axes.set_title(title, fontsize=9.5)
    axes.grid(visible=False)
    axes.set(xticks=[], yticks=[])
    for side in axes.spines.values():
        side.set(visible=True, color="0.6", linewidth=0.8)
    if not _small(values):
        return
    for side in axes.spines.values():
        side.set_visible(False)
    for (row, column), value in np.ndenumerate(visible):
        axes.add_patch(
            Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor="0.75", linewidth=0.6, clip_on=False)
        )
        if not np.isnan(value):
            ink = _ink(mpl.colormaps[colours]((value - low) / (high - low)))
            text = shown(float(value))
            axes.text(column, row, text, ha="center", va="center", color=ink, fontsize=9 if len(text) < 5 else 7)


def response_image(values: Floats) -> Image.Image:
    """Return an output as a picture in the colours of the figure."""
    low, high, colours = _scale(values, "output")
    painted = mpl.colormaps[colours]((values - low) / (high - low), bytes=True)
    return Image.fromarray(painted[..., :3])


def _scale(values: Floats, kind: str) -> tuple[float, float, str]:
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    if kind == "input" or (kind == "output" and low >= 0):
        if kind == "input" and low >= 0 and high <= 1:
            low, high = 0.0, 1.0
        elif low >= 0 and high <= 255 and high > 16:
            low, high = 0.0, 255.0
        return (low, high, "gray") if high > low else (low - 1, high + 1, "gray")
    furthest = max(abs(low), abs(high))
    if not _small(values):
        some = values[:: 1 + len(values) // _LARGEST_DRAWN]
        furthest = float(np.nanpercentile(np.abs(some), _STRONGEST)) or furthest
    furthest = furthest or 1.0
    return -furthest, furthest, "RdBu_r"


def _small(values: Floats) -> bool:
    return bool(max(values.shape) <= LARGEST_GRID)


def _ink(colour: Sequence[float]) -> str:
    red, green, blue = colour[:3]
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "white"


def _named(values: Floats) -> list[tuple[str, Floats]]:
    names = [f"{name} " for name in CHANNELS] if len(values) > 1 else [""]
    return list(zip(names, values, strict=True))


def _title(worked: WorkedExample) -> str:
    sliding = worked.convolution.sliding
    settings = f"stride {each(sliding.stride)}, padding {padding(worked)}"
    dilated = f", dilation {each(sliding.dilation)}" if sliding.dilation != (1, 1) else ""
    return f"{_shortened(worked.name)} ({size(worked.shape)}), {kernel_name(worked)}, {settings}{dilated}"


def _shortened(name: str, length: int = 40) -> str:
    return name if len(name) <= length else f"…{name[1 - length :]}"


def _sides(values: Floats) -> tuple[float, float]:
    """Return width and height in inches: of cells that are everywhere the same size, or of a picture."""
    rows, columns = values.shape
    if _small(values):
        return columns * _CELL, rows * _CELL
    return max(_CELL, _PICTURE * min(1, columns / rows)), max(_CELL, _PICTURE * min(1, rows / columns))


def _figure(rows: Sequence[Sequence[Floats]], title: str) -> Figure:
    """Return a figure with a panel for each of the values, row by row, each in the middle of its column."""
    columns = range(max(len(row) for row in rows))
    widths = [max([_NARROWEST, *(_sides(row[at])[0] for row in rows if at < len(row))]) + _GAP for at in columns]
    heights = [max(_sides(values)[1] for values in row) + _HEADING for row in rows]
    width = max(_NARROWEST_FIGURE, sum(widths))
    lines = [line for part in title.split("\n") for line in wrap(part, int(width * _LETTERS))]
    above = _LINE * (len(lines) + 1)
    height = above + sum(heights) + _GAP
    figure = Figure((width, height))
    figure.text(_GAP / 2 / width, 1 - _LINE / 2 / height, "\n".join(lines), va="top", fontsize=10.5, parse_math=False)
    top = height - above
    for row, tall in zip(rows, heights, strict=True):
        left = 0.0
        for values, wide in zip(row, widths, strict=False):
            across, down = _sides(values)
            corner = (left + (wide - across) / 2) / width, (top - _HEADING - (tall - _HEADING + down) / 2) / height
            figure.add_axes((*corner, across / width, down / height))
            left += wide
        top -= tall
    return figure


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
    figure = _figure(rows, f"{_title(worked)}: {counted}")
    output = figure.axes[4]
    panels = [axes for axes in figure.axes if axes is not output]
    row, column = step.place
    for at, (name, values) in enumerate(_named(padded)):
        draw_grid(panels[4 * at], f"{name}input{around(worked)}", values, "input")
        _outline(panels[4 * at], values, *worked.convolution.sliding.covered(step.place))
        draw_grid(panels[4 * at + 1], "window", windows[at], "input", like=values)
        draw_grid(panels[4 * at + 2], "× kernel", weights, "signed")
        draw_grid(panels[4 * at + 3], "= products", products[at], "signed")
    draw_grid(output, f"sum {shown(step.sum)} →\nrow {row + 1}, column {column + 1}", worked.output, "output", known)
    _outline(output, worked.output, [row], [column])
    return _image(figure)


def around(worked: WorkedExample) -> str:
    """Return what is added to the name of an input that is drawn with its padding."""
    rows, columns = worked.convolution.sliding.margins(worked.shape)
    return " with its padding" if any((*rows, *columns)) else ""


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
    figure = _figure([[padded, step.window, worked.pooled]], f"{worked.pooling.kind} pooling: {counted}")
    edge = "\n(empty: over the edge)" if np.isnan(padded).any() else ""
    draw_grid(figure.axes[0], f"{worked.operation}{edge}", padded, "output")
    _outline(figure.axes[0], padded, *worked.pooling.sliding.covered(step.place))
    draw_grid(figure.axes[1], "window", step.window, "output", like=worked.output)
    row, column = step.place
    said = f"{shown(step.value)} →\nrow {row + 1}, column {column + 1}"
    draw_grid(figure.axes[2], said, worked.pooled, "output", known, worked.output)
    _outline(figure.axes[2], worked.pooled, [row], [column])
    return _image(figure)


def _outline(axes: Axes, values: Floats, rows: Sequence[int], columns: Sequence[int]) -> None:
    """Mark what a window covers: its cells, as one where they touch, or in a picture a ring around it."""
    if not _small(values):
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


def _image(figure: Figure) -> Image.Image:
    figure.set_dpi(_FILM_DOTS)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])  # type: ignore[no-untyped-call]


def _together(sheets: Sequence[Image.Image]) -> Image.Image:
    """Return a few sheets as one picture, from which the film's palette is taken."""
    few = [sheets[0], sheets[len(sheets) // 2], sheets[-1]]
    whole = Image.new("RGB", (few[0].width, sum(sheet.height for sheet in few)))
    for number, sheet in enumerate(few):
        whole.paste(sheet, (0, number * sheet.height))
    return whole

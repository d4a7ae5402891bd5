"""A convolution by hand as a figure, and as a film of its steps."""

from __future__ import annotations

import io
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
    from catseye.insight.sliding import Floats, Sliding
    from catseye.insight.worked_example import WorkedExample

LARGEST_GRID = 14  # rows or columns whose numbers are written
_CELL, _PICTURE = 0.46, 3.6  # inches
_NARROWEST = 1.75  # inches of a panel, which its title needs
_FILM_STEPS = 60
_FILM_DOTS = 80  # an inch
_MILLISECONDS, _QUICKER, _LAST = 1100, 350, 3000  # of a frame; of one among many; of the last
_MANY = 30  # frames
_COLOURS = 128  # of the film's palette


def convolution_figure(worked: WorkedExample) -> Figure:
    """Return input, kernel, output, the output with the kernel turned, and what pooling leaves."""
    panels = [(f"input{name}", values, "input") for name, values in _named(worked.channels)]
    panels.append((f"kernel{' (turned)' if worked.convolution.true else ''}", worked.convolution.weights, "signed"))
    if len(worked.channels) > 1:
        panels += [(f"response{name}", values, "signed") for name, values in _named(worked.responses)]
    panels.append((f"{worked.operation}\n{size(worked.output.shape)}", worked.output, "output"))
    if not worked.convolution.symmetric:
        panels.append((f"{worked.other_operation}\n(kernel turned)", worked.other_output, "output"))
    if worked.pooling and worked.pooled is not None:
        panels.append((f"{worked.pooling.kind} pooling\n{size(worked.pooled.shape)}", worked.pooled, "output"))
    columns = min(len(panels), 4)
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    figure = _figure([[values for _, values, _ in row] for row in rows], _title(worked))
    for number, row in enumerate(rows):
        for axes, (title, values, kind) in zip(figure.axes[number * columns :], row, strict=False):
            draw_grid(axes, title, values, kind)
    for axes in figure.axes[len(panels) :]:
        axes.set_axis_off()
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


def draw_grid(axes: Axes, title: str, values: Floats, kind: str, known: Any = None) -> None:
    """Draw numbers as coloured cells; of ``known`` (of the same shape), only those that are true.

    An input is drawn in greys, from its smallest to its largest value; what can be negative from blue, by white at
    zero, to red.
    """
    low, high, colours = _scale(values, kind)
    visible = np.where(np.isnan(values) | (False if known is None else ~known), np.nan, values)
    axes.imshow(visible, cmap=colours, vmin=low, vmax=high, interpolation="nearest" if _small(values) else None)
    axes.set_title(title, fontsize=9.5)
    axes.grid(visible=False)
    axes.set(xticks=[], yticks=[])
    for side in axes.spines.values():
        side.set(visible=True, color="0.6", linewidth=0.8)
    if not _small(values):
        return
    for (row, column), value in np.ndenumerate(visible):
        axes.add_patch(Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, edgecolor="0.75", linewidth=0.6))
        if not np.isnan(value):
            share = (value - low) / (high - low)
            ink = _ink(mpl.colormaps[colours](share))
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
        if kind == "input" and 0 <= low and high <= 1:
            low, high = 0.0, 1.0
        elif low >= 0 and high <= 255 and high > 16:
            low, high = 0.0, 255.0
        return (low, high, "gray") if high > low else (low - 1, high + 1, "gray")
    furthest = max(abs(low), abs(high)) or 1.0
    return -furthest, furthest, "RdBu_r"


def _small(values: Floats) -> bool:
    return max(values.shape) <= LARGEST_GRID


def _ink(colour: Sequence[float]) -> str:
    red, green, blue = colour[:3]
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "white"


def _named(values: Floats) -> list[tuple[str, Floats]]:
    names = [f", {name}" for name in CHANNELS] if len(values) > 1 else [""]
    return list(zip(names, values, strict=True))


def _title(worked: WorkedExample) -> str:
    sliding = worked.convolution.sliding
    settings = f"stride {each(sliding.stride)}, padding {padding(worked)}"
    dilated = f", dilation {each(sliding.dilation)}" if sliding.dilation != (1, 1) else ""
    return f"{_shortened(worked.name)}, {kernel_name(worked)}, {settings}{dilated}"


def _shortened(name: str, length: int = 40) -> str:
    name = name if len(name) <= length else f"…{name[1 - length :]}"
    return name.replace("$", r"\$")


def _wide(values: Floats) -> float:
    return max(_NARROWEST, values.shape[1] * _CELL if _small(values) else _PICTURE * min(1, _shape(values)))


def _tall(values: Floats) -> float:
    return max(1.0, values.shape[0] * _CELL if _small(values) else _PICTURE / max(1, _shape(values)))


def _shape(values: Floats) -> float:
    return values.shape[1] / values.shape[0]


def _figure(rows: Sequence[Sequence[Floats]], title: str) -> Figure:
    """Return a figure with a panel for each of the values, large enough for their numbers."""
    columns = max(len(row) for row in rows)
    widths = [max(_wide(row[at]) for row in rows if at < len(row)) for at in range(columns)]
    heights = [max(map(_tall, row)) for row in rows]
    sides = sum(widths) + 0.3 * columns, sum(heights) + 0.6 * len(rows) + 0.5
    figure = Figure(sides, layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=10.5, x=0.01, ha="left", wrap=True)
    figure.subplots(len(rows), columns, squeeze=False, width_ratios=widths, height_ratios=heights)
    return figure


def _convolution_frames(worked: WorkedExample, most: int) -> list[Image.Image]:
    steps = list(worked.steps(most))
    padded = worked.convolution.sliding.padded(worked.channels)
    known = np.zeros(worked.output.shape, bool)
    frames = []
    for number, step in enumerate(steps, 1):
        known.flat[: step.place[0] * known.shape[1] + step.place[1] + 1] = True
        frames.append(_frame(worked, padded, step, known, f"step {number} of {len(steps)}{_of(known, len(steps))}"))
    return frames


def _of(known: Any, count: int) -> str:
    return f" shown, of {known.size:,}" if count < known.size else ""


def _frame(worked: WorkedExample, padded: Floats, step: Step, known: Any, counted: str) -> Image.Image:
    weights = worked.convolution.weights
    windows, products = (values.reshape(-1, *weights.shape) for values in (step.window, step.products))
    rows = [
        [channel, window, weights, product]
        for channel, window, product in zip(padded, windows, products, strict=True)
    ]
    rows[0].append(worked.output)
    figure = _figure(rows, f"{_title(worked)}: {counted}")
    panels = np.array(figure.axes).reshape(len(rows), -1)
    row, column = step.place
    for at, (name, values) in enumerate(_named(padded)):
        draw_grid(panels[at, 0], f"input{name}{_around(worked)}", values, "input")
        _mark(panels[at, 0], worked.convolution.sliding, step.place)
        draw_grid(panels[at, 1], "window", windows[at], "signed")
        draw_grid(panels[at, 2], "× kernel", weights, "signed")
        draw_grid(panels[at, 3], "= products", products[at], "signed")
        panels[at, 4].set_axis_off()
    panels[0, 4].set_axis_on()
    draw_grid(panels[0, 4], f"sum {shown(step.sum)} → row {row + 1}, column {column + 1}", worked.output, "output", known)
    panels[0, 4].add_patch(_outline(column, row, 1, 1))
    return _image(figure)


def _around(worked: WorkedExample) -> str:
    rows, columns = worked.convolution.sliding.margins(worked.shape)
    return " with its padding" if any((*rows, *columns)) else ""


def _pooling_frames(worked: WorkedExample, most: int) -> list[Image.Image]:
    if worked.pooling is None or worked.pooled is None:
        return []
    steps = list(worked.pooling_steps(most))
    known = np.zeros(worked.pooled.shape, bool)
    frames = []
    for number, step in enumerate(steps, 1):
        known.flat[: step.place[0] * known.shape[1] + step.place[1] + 1] = True
        frames.append(_pooling_frame(worked, step, known, f"step {number} of {len(steps)}{_of(known, len(steps))}"))
    return frames


def _pooling_frame(worked: WorkedExample, step: PoolingStep, known: Any, counted: str) -> Image.Image:
    assert worked.pooling is not None
    assert worked.pooled is not None
    padded = worked.pooling.sliding.padded(worked.output, np.nan)
    figure = _figure([[padded, step.window, worked.pooled]], f"{worked.pooling.kind} pooling: {counted}")
    edge = " (empty: over the edge)" if np.isnan(padded).any() else ""
    draw_grid(figure.axes[0], f"output of the {worked.operation}{edge}", padded, "output")
    _mark(figure.axes[0], worked.pooling.sliding, step.place)
    draw_grid(figure.axes[1], "window", step.window, "signed")
    row, column = step.place
    said = f"{shown(step.value)} → row {row + 1}, column {column + 1}"
    draw_grid(figure.axes[2], said, worked.pooled, "output", known)
    figure.axes[2].add_patch(_outline(column, row, 1, 1))
    return _image(figure)


def _mark(axes: Axes, sliding: Sliding, place: tuple[int, int]) -> None:
    rows, columns = sliding.covered(place)
    if sliding.dilation == (1, 1):
        axes.add_patch(_outline(columns[0], rows[0], len(columns), len(rows)))
        return
    for row in rows:
        for column in columns:
            axes.add_patch(_outline(column, row, 1, 1))


def _outline(column: int, row: int, columns: int, rows: int) -> Rectangle:
    corner = column - 0.5, row - 0.5
    return Rectangle(corner, columns, rows, fill=False, edgecolor=ORANGE, linewidth=2.6, zorder=3, clip_on=False)


def _image(figure: Figure) -> Image.Image:
    figure.set_dpi(_FILM_DOTS)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3])


def _together(sheets: Sequence[Image.Image]) -> Image.Image:
    """Return a few sheets as one picture, from which the film's palette is taken."""
    few = [sheets[0], sheets[len(sheets) // 2], sheets[-1]]
    whole = Image.new("RGB", (few[0].width, sum(sheet.height for sheet in few)))
    for number, sheet in enumerate(few):
        whole.paste(sheet, (0, number * sheet.height))
    return whole

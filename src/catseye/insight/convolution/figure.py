"""A convolution by hand as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.drawing.grids import draw_grid, figure_of_grids, is_small
from catseye.insight.convolution.size_formula import size_in_figure
from catseye.insight.convolution.words import dilation, each, kernel_name, padding, size
from catseye.insight.convolution.worked_example import CHANNELS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catseye.arrays import Floats
    from catseye.insight.convolution.worked_example import WorkedExample

_GRIDS_ABREAST, _PICTURES_ABREAST = 5, 3
_COLOURS_MEAN = "blue: negative, white: 0, orange: positive; grey: no value is negative"
_PLANES_MEAN = "inputs: black is 0; all responses and their sum share one scale"

Panel = tuple[str, "Floats", str, "Floats | None"]  # title, values, kind, and values that share the scale


def draw_convolution(worked: WorkedExample) -> Figure:
    """Return input, kernel, output, the output with the kernel turned, and what pooling leaves.

    Of a colour picture, each plane's response stands below the plane.
    """
    rows = _panels_of_planes(worked) if len(worked.channels) > 1 else _panels_of_one(worked)
    meaning = f"{_COLOURS_MEAN}; {_PLANES_MEAN}" if len(worked.channels) > 1 else _COLOURS_MEAN
    sizes = size_in_figure(worked.convolution.sliding, worked.shape)
    figure = figure_of_grids(
        [[values for _, values, _, _ in row] for row in rows], f"{settings_line(worked)}\n{sizes}\n{meaning}"
    )
    for axes, (title, values, kind, like) in zip(figure.axes, (panel for row in rows for panel in row), strict=True):
        draw_grid(axes, title, values, kind, like=like)
    return figure


def _panels_of_one(worked: WorkedExample) -> list[list[Panel]]:
    panels = [("input", worked.channels[0], "input", None), _kernel_panel(worked), *_result_panels(worked)]
    columns = min(len(panels), _GRIDS_ABREAST if is_small(worked.channels[0]) else _PICTURES_ABREAST)
    return [panels[start : start + columns] for start in range(0, len(panels), columns)]


def _panels_of_planes(worked: WorkedExample) -> list[list[Panel]]:
    """Return planes and kernel; below them the planes' responses and their sum; below them what it is compared with."""
    inputs: list[Panel] = [
        (f"{name}input", values, kind_of(name), None) for name, values in by_channel(worked.channels)
    ]
    scale = np.concatenate((worked.responses, worked.output[None], worked.other_output[None]))
    responses: list[Panel] = [
        (f"{name}response", values, "output", scale) for name, values in by_channel(worked.responses)
    ]
    (title, values, kind, like), *others = _result_panels(worked, scale)
    summed: Panel = (f"sum: {title}", values, kind, like)
    return [[*inputs, _kernel_panel(worked)], [*responses, summed], *([others] if others else [])]


def _kernel_panel(worked: WorkedExample) -> Panel:
    return f"kernel{' (rotated)' if worked.convolution.true else ''}", worked.convolution.weights, "signed", None


def _result_panels(worked: WorkedExample, scale: Floats | None = None) -> list[Panel]:
    """Return the output and what is compared with it; on the scale of ``scale``, if given, each else on its own."""
    panels: list[Panel] = [(f"{worked.operation}\n{size(worked.output.shape)}", worked.output, "output", scale)]
    if not worked.convolution.symmetric:
        panels.append((f"{worked.other_operation}\n(kernel rotated)", worked.other_output, "output", scale))
    if worked.pooling and worked.pooled is not None:
        title = f"{worked.pooling.kind} pooling\n{size(worked.pooled.shape)}"
        panels.append((title, worked.pooled, "output", worked.output if scale is None else scale))
    return panels


def kind_of(name: str) -> str:
    """Return how the input of a channel is drawn, by the name that :func:`by_channel` gives it."""
    return name.strip() or "input"


def by_channel(values: Floats) -> list[tuple[str, Floats]]:
    """Return the values (C, H, W) channel by channel, each with its name; a single one needs none."""
    names = [f"{name} " for name in CHANNELS] if len(values) > 1 else [""]
    return list(zip(names, values, strict=True))


def settings_line(worked: WorkedExample) -> str:
    """Return what is convolved with what, and how."""
    sliding = worked.convolution.sliding
    settings = f"stride {each(sliding.stride)}, padding {padding(worked)}"
    return f"{worked.name} ({size(worked.shape)}), {kernel_name(worked)}, {settings}{dilation(sliding)}"

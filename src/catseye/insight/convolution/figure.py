"""A convolution by hand as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.drawing.grids import choose_columns, draw_grid, figure_of_grids, is_small
from catseye.insight.convolution.example import CHANNELS
from catseye.insight.convolution.pooling_words import pooling_line
from catseye.insight.convolution.size_formula import size_in_figure
from catseye.insight.convolution.words import dilation, each, kernel_name, padding, size

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catseye.arrays import Floats
    from catseye.insight.convolution.worked_example import WorkedExample

_MOST_ABREAST = 5
_COLOURS_MEAN = "blue: negative, white: 0, orange: positive; no value negative: from black to white"
_SCALE_MEANS = "all responses share one scale"
_PLANES_MEAN = "inputs: black is 0; all responses and their sum share one scale"

Panel = tuple[str, "Floats", str, "Floats | None"]  # title, values, kind, and values that share the scale


def draw_convolution(worked: WorkedExample) -> Figure:
    """Return input, kernel, output, the output with the kernel turned, and what pooling leaves.

    Of a colour picture, each plane's response stands below the plane.
    """
    rows = _panels_of_planes(worked) if len(worked.channels) > 1 else _panels_of_one(worked)
    meaning = f"{_COLOURS_MEAN}; {_PLANES_MEAN if len(worked.channels) > 1 else _SCALE_MEANS}"
    sizes = size_in_figure(worked.convolution.sliding, worked.shape)
    pooled = [f"then {pooling_line(worked.pooling, worked.output.shape)}"] if worked.pooling else []
    figure = figure_of_grids(
        [[values for _, values, _, _ in row] for row in rows],
        "\n".join((settings_line(worked), sizes, *pooled, meaning)),
        slide=not is_small(worked.channels[0]),
    )
    for axes, (title, values, kind, like) in zip(figure.axes, (panel for row in rows for panel in row), strict=True):
        draw_grid(axes, title, values, kind, like=like)
    return figure


def _panels_of_one(worked: WorkedExample) -> list[list[Panel]]:
    results = _result_panels(worked, np.stack((worked.output, worked.other_output)))
    panels = [("input", worked.channels[0], "input", None), _kernel_panel(worked), *results]
    small = is_small(worked.channels[0])  # numbers, which stand in one row to be compared
    columns = _MOST_ABREAST if small else choose_columns([values for _, values, _, _ in panels], _MOST_ABREAST)
    return [panels[start : start + columns] for start in range(0, len(panels), columns)]


def _panels_of_planes(worked: WorkedExample) -> list[list[Panel]]:
    """Return planes and kernel; below them the planes' responses and their sum; beside them what follows from it."""
    inputs: list[Panel] = [
        (f"{name}input", values, kind_of(name), None) for name, values in by_channel(worked.channels)
    ]
    scale = np.concatenate((worked.responses, worked.output[None], worked.other_output[None]))
    responses: list[Panel] = [
        (f"{name}response", values, "output", scale) for name, values in by_channel(worked.responses)
    ]
    (title, values, kind, like), *others = _result_panels(worked, scale)
    summed: Panel = (f"sum: {title}", values, kind, like)
    # Two of them: the output of the rotated kernel beside the kernel, and what pooling leaves beside the sum.
    return [[*inputs, _kernel_panel(worked), *others[:-1]], [*responses, summed, *others[-1:]]]


def _kernel_panel(worked: WorkedExample) -> Panel:
    return f"kernel{' (rotated)' if worked.convolution.true else ''}", worked.convolution.weights, "signed", None


def _result_panels(worked: WorkedExample, scale: Floats) -> list[Panel]:
    """Return the output, what is compared with it and what pooling leaves, all on the scale of ``scale``."""
    panels: list[Panel] = [(f"{worked.operation}\n{size(worked.output.shape)}", worked.output, "output", scale)]
    if not worked.convolution.symmetric:
        panels.append((f"{worked.other_operation}\n(kernel rotated)", worked.other_output, "output", scale))
    if worked.pooling and worked.pooled is not None:
        title = f"{worked.pooling.kind} pooling\n{size(worked.pooled.shape)}"
        panels.append((title, worked.pooled, "output", scale))
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

"""A convolution by hand as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.grids import draw_grid, figure_of_grids, is_small
from catseye.insight.convolution.words import each, kernel_name, padding, size
from catseye.insight.convolution.worked_example import CHANNELS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catseye.arrays import Floats
    from catseye.insight.convolution.worked_example import WorkedExample

_GRIDS_ABREAST, _PICTURES_ABREAST = 5, 3
_COLOURS_MEAN = "blue: negative, white: 0, orange: positive; grey: no value is negative"


def draw_convolution(worked: WorkedExample) -> Figure:
    """Return input, kernel, output, the output with the kernel turned, and what pooling leaves."""
    panels = [(f"{name}input", values, "input") for name, values in by_channel(worked.channels)]
    panels.append((f"kernel{' (rotated)' if worked.convolution.true else ''}", worked.convolution.weights, "signed"))
    if len(worked.channels) > 1:
        panels += [(f"{name}response", values, "signed") for name, values in by_channel(worked.responses)]
    panels.append((f"{worked.operation}\n{size(worked.output.shape)}", worked.output, "output"))
    if not worked.convolution.symmetric:
        panels.append((f"{worked.other_operation}\n(kernel rotated)", worked.other_output, "output"))
    if worked.pooling and worked.pooled is not None:
        panels.append((f"{worked.pooling.kind} pooling\n{size(worked.pooled.shape)}", worked.pooled, "output"))
    columns = min(len(panels), _GRIDS_ABREAST if is_small(worked.channels[0]) else _PICTURES_ABREAST)
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    figure = figure_of_grids(
        [[values for _, values, _ in row] for row in rows], f"{settings_line(worked)}\n{_COLOURS_MEAN}"
    )
    for axes, (title, values, kind) in zip(figure.axes, panels, strict=True):
        pooled = values is worked.pooled
        draw_grid(axes, title, values, kind, like=worked.output if pooled else None)
    return figure


def by_channel(values: Floats) -> list[tuple[str, Floats]]:
    """Return the values (C, H, W) channel by channel, each with its name; a single one needs none."""
    names = [f"{name} " for name in CHANNELS] if len(values) > 1 else [""]
    return list(zip(names, values, strict=True))


def settings_line(worked: WorkedExample) -> str:
    """Return what is convolved with what, and how."""
    sliding = worked.convolution.sliding
    settings = f"stride {each(sliding.stride)}, padding {padding(worked)}"
    dilated = f", dilation {each(sliding.dilation)}" if sliding.dilation != (1, 1) else ""
    return f"{worked.name} ({size(worked.shape)}), {kernel_name(worked)}, {settings}{dilated}"

"""Pooling by hand as a figure: the input, and what each kind of pooling leaves of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.grids import draw_grid, figure_of_grids, is_small
from catseye.insight.convolution.figure import by_channel, kind_of
from catseye.insight.convolution.pooling_words import pooling_line, pooling_name
from catseye.insight.convolution.size_formula import size_in_figure
from catseye.insight.convolution.words import size

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catseye.insight.convolution.pooled_example import PooledExample


def draw_pooling(pooled: PooledExample) -> Figure:
    """Return, for each channel in a row, the input and what each kind of pooling leaves, all on the input's scale."""
    rows = [[channel, *(found[at] for found in pooled.outputs.values())] for at, channel in enumerate(pooled.channels)]
    sizes = size_in_figure(pooled.pooling.sliding, pooled.shape)
    heading = f"{pooled.name} ({size(pooled.shape)}): {pooling_line(pooled.pooling, pooled.shape)}"
    figure = figure_of_grids(rows, f"{heading}\n{sizes}", slide=not is_small(pooled.channels[0]))
    axes = iter(figure.axes)
    for (name, channel), row in zip(by_channel(pooled.channels), rows, strict=True):
        # Only what may be negative needs the colours of signed values.
        kind = kind_of(name) if name or channel.min() >= 0 else "output"
        draw_grid(next(axes), f"{name}input\n{size(channel.shape)}", channel, kind)
        for method, values in zip(pooled.outputs, row[1:], strict=True):
            draw_grid(next(axes), f"{pooling_name(method)}\n{size(values.shape)}", values, kind, like=channel)
    return figure

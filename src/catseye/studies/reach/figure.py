"""How far transfer reaches, as a figure: a panel for each data set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from catseye.drawing.labels import wrap_text
from catseye.drawing.style import BLUE, ORANGE, show_percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from catseye.studies.reach.curves import LearningCurves, Point, Reach

_WIDE, _TALL, _SINGLE = 4.4, 3.3, 6.0  # inches of a panel, and across if there is only one
_MARGIN = 1.25  # factor on either side of the first and the last number of examples


def draw_reach(reach: Reach) -> Figure:
    """Return the figure: a panel for each data set, both ways of learning in it."""
    count = len(reach.data)
    columns = count if count <= 3 else 2 if count == 4 else 3
    rows = -(-count // columns)
    stacked = columns == 1  # a single panel is too narrow for the legend in one line
    width = _SINGLE if stacked else _WIDE * columns
    figure = Figure((width, _TALL * rows + (1.3 if stacked else 0.6)), layout="constrained")
    panels = list(figure.subplots(rows, columns, sharey=True, squeeze=False).flat)
    networks = {curves.network for curves in reach.data}
    scratch = f"{networks.pop() if len(networks) == 1 else 'a small network'} from scratch"
    for axes, curves in zip(panels, reach.data, strict=False):
        _draw(axes, curves, scratch)
    for axes in panels[count:]:
        axes.set_axis_off()
    for axes in panels[::columns]:
        axes.set_ylabel("accuracy on the test pictures")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(
        [*handles[1:], handles[0]],
        [*labels[1:], labels[0]],
        loc="outside upper center",
        ncols=1 if stacked else len(labels),
        frameon=False,
    )
    spread = f"mean ± standard deviation of {reach.seeds} seeds" if reach.seeds > 1 else "1 seed"
    # A long name of a backbone takes lines of its own.
    lines = ("examples per class", f"({spread}; backbone {reach.backbone})")
    words = [piece for line in lines for piece in wrap_text(line, width - 0.3, 10)] if stacked else ["   ".join(lines)]
    figure.supxlabel("\n".join(words), fontsize=10)
    return figure


def _draw(axes: Axes, curves: LearningCurves, scratch: str) -> None:
    shots = [pair.shots for pair in curves.pairs]
    _curve(axes, [pair.transfer for pair in curves.pairs], "transfer: frozen backbone and a head", BLUE, "-o")
    _curve(axes, [pair.scratch for pair in curves.pairs], scratch, ORANGE, "--s")
    axes.axhline(1 / curves.classes, color="0.5", linestyle=":", linewidth=1.2, label="chance")
    if curves.stops_paying is not None and curves.stops_paying > shots[0]:
        axes.axvline(curves.stops_paying, color="0.5", linewidth=1, zorder=0)
    axes.set_xscale("log")
    axes.set_xlim(shots[0] / _MARGIN, shots[-1] * _MARGIN)
    axes.set_ylim(0, 1.02)
    axes.xaxis.set_major_locator(FixedLocator(shots))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticklabels([str(number) for number in shots])
    show_percent(axes.yaxis)
    axes.set_title(f"{curves.name}, {curves.classes} classes", loc="left", fontsize=11, fontweight="bold", pad=20)
    axes.text(0, 1.025, curves.headline, transform=axes.transAxes, fontsize=9.5)


def _curve(axes: Axes, points: Sequence[Point], label: str, colour: str, style: str) -> None:
    shots, means = [point.shots for point in points], [point.mean for point in points]
    deviations = [point.sd or 0.0 for point in points]
    axes.errorbar(shots, means, deviations, fmt=style, color=colour, markersize=4.5, capsize=3, label=label)
    low, high = ([mean + sign * sd for mean, sd in zip(means, deviations, strict=True)] for sign in (-1, 1))
    axes.fill_between(shots, low, high, color=colour, alpha=0.15, linewidth=0)

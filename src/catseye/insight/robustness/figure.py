"""How a classifier fares under attack and corruption, as a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, MultipleLocator

from catseye.drawing.style import BLUE, ORANGE, show_percent
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from catseye.insight.robustness.robustness import Robustness, Share

# Okabe & Ito's, with a mark each, so that nobody needs the colours.
_LINES = ((BLUE, "o"), (ORANGE, "s"), ("#009e73", "^"), ("#cc79a7", "D"), ("#666666", "v"))
_WIDE, _TALL = 5.0, 5.6  # inches of a panel; both are a slide of 16:9
_TICKS = 5  # numbers on an axis, which have many digits


def bound_in_words(found: Robustness) -> str:
    """Return what the accuracy under attack means, and what it does not."""
    attack = found.attack
    steps, searches = counted(attack.steps, "step"), counted(attack.restarts, "search", "searches")
    return (
        f"Measured on {counted(found.clean.examples, 'picture')} with projected gradient descent (L∞, {steps}, "
        f"{searches}). The accuracy under attack is an upper bound: a better attack may find more. "
        f"The attack is checked at epsilon {found.checked_at:.3g}."
    )


def checks_in_words(found: Robustness) -> list[str]:
    """Return the result of each check of the attack, in a line."""
    return [f"{'✓' if check.held else '✗ FAILED:'} {check.name}: {check.detail}" for check in found.checks]


def draw_robustness(found: Robustness) -> Figure:
    """Return the figure: accuracy against epsilon, and against the strength of each corruption."""
    figure = Figure((2 * _WIDE, _TALL), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    shares = (found.clean, *found.attacked)
    _line(left, shares, "under attack", BLUE, "o")
    left.fill_between([s.at for s in shares], *np.array([s.interval for s in shares]).T, color=BLUE, alpha=0.15)
    left.set(xlabel="epsilon: largest change of any value, of the range 0 to 1", ylabel="accuracy", xlim=(0, None))
    left.set_title("attacked (upper bound; 95 % interval)", fontsize=11, loc="left")
    for (kind, damaged), (colour, mark) in zip(found.corrupted.items(), _LINES, strict=False):
        _line(right, (found.clean, *damaged), kind, colour, mark)
    right.set(xlabel="strength (0: as it is)")
    right.set_title("corrupted", fontsize=11, loc="left")
    right.xaxis.set_major_locator(MultipleLocator(1))
    left.xaxis.set_major_locator(MaxNLocator(_TICKS))
    # Lines can lie anywhere inside.
    right.legend(frameon=False, loc="center left", bbox_to_anchor=(1.0, 0.5))
    left.set_ylim(0, 1.03)
    show_percent(left.yaxis)
    return figure


def _line(axes: Axes, shares: Sequence[Share], label: str, colour: str, mark: str) -> None:
    axes.plot(
        [s.at for s in shares], [s.accuracy for s in shares], color=colour, marker=mark, markersize=5, label=label
    )

"""L-BFGS for smooth convex functions: SciPy's takes a third of a second to load, longer than most heads to solve."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Floats

    Objective = Callable[[Floats], tuple[float, Floats]]

_MEMORY = 10  # steps that the curvature is known from
_LOWERS, _FLATTENS = 1e-4, 0.9  # of the Wolfe conditions
_ROUNDING = 1e-14  # share of a value that two equal ones may differ by
_MOST_TRIALS = 50  # lengths of one step


def minimise(objective: Objective, start: Floats, tolerance: float, most_steps: int) -> Floats:
    """Return where a smooth convex function is lowest (Nocedal & Wright 2006, Numerical Optimization, algorithm 7.5).

    Parameters
    ----------
    objective
        Returns the value and the gradient (N,) at a point.
    start
        Point (N,) to start from.
    tolerance
        The largest part of the gradient where it ends.
    most_steps
        After so many it ends as well, and where the gradient is too small to be told from rounding.
    """
    point, memory = start, deque[tuple["Floats", "Floats", float]](maxlen=_MEMORY)
    value, gradient = objective(point)
    for _ in range(most_steps):
        if np.abs(gradient).max() <= tolerance:
            break
        direction = _direction(gradient, memory)
        length = 1.0 if memory else min(1.0, 1 / np.abs(gradient).sum())
        found = _search(objective, point, value, gradient, direction, length)
        if found is None:
            break
        there, value, slope = found
        step, change = there - point, slope - gradient
        curvature = float(step @ change)
        if curvature > 0:
            memory.append((step, change, curvature))
        point, gradient = there, slope
    return point


def _direction(gradient: Floats, memory: deque[tuple[Floats, Floats, float]]) -> Floats:
    """Return minus the gradient times the inverse curvature, as far as the last steps tell it (algorithm 7.4)."""
    direction, shares = -gradient, []
    for step, change, curvature in reversed(memory):
        shares.append(float(step @ direction) / curvature)
        direction -= shares[-1] * change
    if memory:
        _, change, curvature = memory[-1]
        direction *= curvature / float(change @ change)
    for step, change, curvature in memory:
        direction += (shares.pop() - float(change @ direction) / curvature) * step
    return direction


def _search(
    objective: Objective, point: Floats, value: float, gradient: Floats, direction: Floats, length: float
) -> tuple[Floats, float, Floats] | None:
    """Return a point along a direction, its value and gradient, or ``None`` if none is lower.

    It fulfils the weak Wolfe conditions, found by bisection (Lewis & Overton 2013, doi:10.1007/s10107-012-0514-2).
    """
    shortest, longest = 0.0, np.inf
    falls = float(gradient @ direction)
    for _ in range(_MOST_TRIALS):
        there = point + length * direction
        reached, slope = objective(there)
        if not reached <= value + _LOWERS * length * falls + _ROUNDING * abs(value):  # not a number, for one
            longest = length
        elif slope @ direction < _FLATTENS * falls:
            shortest = length
        else:
            return there, reached, slope
        length = (shortest + longest) / 2 if longest < np.inf else 2 * length
    return None

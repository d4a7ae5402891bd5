"""Figures for steps of a lesson: convolution as an integral, equivariance, the hierarchy of features."""

from __future__ import annotations

from typing import Any

from catseye.arguments import with_checked_arguments
from catseye.errors import UsageError, with_short_traceback
from catseye.insight.integral.functions import read_function
from catseye.insight.integral.integral import AUTOCORRELATION, CONVOLUTION, SlidingIntegral


_SLIDES = "ramp"  # unless told: a function that is not its own mirror image, so that flipping it is seen


@with_short_traceback
@with_checked_arguments
def convolve_functions(f: Any = "box", g: Any = None, *, kind: str = CONVOLUTION) -> SlidingIntegral:
    """Show convolution as an integral: one function slides over another, and the area of their product is the result.

    ``save(path)`` writes a figure or, as .gif, a film of the sliding.

    Parameters
    ----------
    f, g
        ``"box"``, ``"triangle"``, ``"gaussian"``, ``"ramp"``, ``"exponential"`` or ``"step"``; one of these with how
        many times as wide it should be, ``"gaussian:0.5"``; or at most 512 numbers as text, in a list, in an array (N,)
        or in a .csv or .txt file, each of which holds for the unit around its whole number. By default ``g`` is
        ``"ramp"``.
    kind
        ``"convolution"``, ∫ f(z) g(x−z) dz; ``"cross-correlation"``, ∫ f(z) g(z−x) dz; or ``"autocorrelation"``, the
        cross-correlation of f with itself, which takes no ``g``.

    Raises
    ------
    UsageError
        There is no such function or kind, or the integral is infinite.

    Examples
    --------
    >>> import catseye
    >>> catseye.convolve_functions("box", "box").at(0.25)
    0.75
    >>> catseye.convolve_functions([1, 2], [3, 4]).at(1)  # 1·4 + 2·3, the discrete convolution
    10.0
    """
    kind = kind.strip().lower().replace("_", "-").replace(" ", "-")
    if kind == AUTOCORRELATION and g is not None:
        raise UsageError("the autocorrelation is of one function: leave out g.")
    first = read_function(f)
    second = first if kind == AUTOCORRELATION else read_function(_SLIDES if g is None else g)
    return SlidingIntegral(first, second, kind)

"""The gradient integrated along the straight path from a baseline to the picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import torch

from catseye.insight.explanation.captum import load_methods
from catseye.networks.gradient import check_gradient

if TYPE_CHECKING:
    from collections.abc import Callable

from catseye.insight.explanation.class_score import ClassScore

_POINTS = 4  # by Gauss and Legendre's rule, on each piece; 8 take twice the time and give the same map (r = .99)
# The path is cut finely near the baseline, where a network's logits change most.
_CUTS = (0.0, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of the path: from ``start`` to ``end``, 0 at the baseline and 1 at the picture.

    Attributes
    ----------
    start, end : float
    attributions : float32 (1, C, H, W)
        Contribution of each value to the change of the logit.
    change : float
        Change of the logit from start to end, to which the attributions should sum.
    """

    start: float
    end: float
    attributions: torch.Tensor
    change: float

    @property
    def error(self) -> float:
        """The sum of the attributions minus the change, in logits."""
        return float(self.attributions.sum(dtype=torch.float64)) - self.change


def integrate_gradients(class_score: ClassScore, *, tolerance: float, most: int) -> tuple[torch.Tensor, float, int]:
    """Integrate the gradient, halving the least exact piece of the path until the whole is exact enough.

    Parameters
    ----------
    class_score
    tolerance
        Share of the difference of the logits by which the sum may be off.
    most
        About how many gradients are computed at most.

    Returns
    -------
    attributions, difference, steps
        Attribution of each value, float32 (1, C, H, W); difference between the two logits; number of gradients
        in the attributions.

    Raises
    ------
    UsageError
        No gradient reaches the picture.
    """
    method = load_methods().IntegratedGradients(class_score.logit)
    baseline, pixels = class_score.baseline, class_score.pixels
    with torch.enable_grad():
        check_gradient(class_score.logit(pixels.clone().requires_grad_()))

    def piece(start: float, end: float) -> Piece:
        first, last = (torch.lerp(baseline, pixels, position) for position in (start, end))
        with torch.enable_grad():
            attributions = method.attribute(
                last.requires_grad_(), first, n_steps=_POINTS, internal_batch_size=class_score.batch_size
            ).detach()
        with torch.no_grad():
            before, after = class_score.logit(torch.cat([first, last])).tolist()
        return Piece(start, end, attributions, after - before)

    pieces = _refined([piece(start, end) for start, end in pairwise(_CUTS)], piece, tolerance, most)
    attributions = torch.stack([one.attributions for one in pieces]).sum(0)
    return attributions, sum(one.change for one in pieces), len(pieces) * _POINTS


def _refined(pieces: list[Piece], piece: Callable[[float, float], Piece], tolerance: float, most: int) -> list[Piece]:
    """Halve the piece with the largest error until all errors together are small enough."""
    computed = len(pieces) * _POINTS
    while computed < most and abs(sum(one.error for one in pieces)) > tolerance * abs(sum(o.change for o in pieces)):
        worst = max(pieces, key=lambda one: abs(one.error))
        middle = (worst.start + worst.end) / 2
        pieces = [one for one in pieces if one is not worst]
        pieces += [piece(worst.start, middle), piece(middle, worst.end)]
        computed += 2 * _POINTS
    return pieces

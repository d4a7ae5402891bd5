"""The gradient summed up along the straight path from a blank picture to the picture."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.insight.explanation.class_score import ClassScore

_POINTS = 8  # by Gauss and Legendre's rule, on each piece
# The path is cut finely near the blank picture, where a network changes its mind most.
_CUTS = (0.0, 1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of the path: from ``start`` to ``end``, 0 at the blank picture and 1 at the picture.

    Attributes
    ----------
    start, end : float
    shares : float32 (1, C, H, W)
        What each value contributes to the change of the logit.
    change : float
        Of the logit from start to end, which the shares should add up to.
    """

    start: float
    end: float
    shares: torch.Tensor
    change: float

    @property
    def error(self) -> float:
        """By how much the shares miss the change, in logits."""
        return float(self.shares.sum(dtype=torch.float64)) - self.change


def integrate_gradients(question: ClassScore, *, tolerance: float, most: int) -> tuple[torch.Tensor, float, int]:
    """Integrate the gradient, and cut the path where that is least exact until it is exact enough.

    Parameters
    ----------
    question
    tolerance
        By which share of the difference of the logits the sum may miss it.
    most
        Gradients that are computed, about.

    Returns
    -------
    shares, difference, steps
        Of each value, float32 (1, C, H, W); of the two logits; and how many gradients the shares are made of.
    """
    from captum.attr import IntegratedGradients

    method = IntegratedGradients(question.logit)
    blank, pixels = question.blank, question.pixels

    def piece(start: float, end: float) -> Piece:
        first, last = (torch.lerp(blank, pixels, place) for place in (start, end))
        with torch.enable_grad():
            shares = method.attribute(
                last.requires_grad_(), first, n_steps=_POINTS, internal_batch_size=question.batch_size
            ).detach()
        with torch.no_grad():
            before, after = question.logit(torch.cat([first, last])).tolist()
        return Piece(start, end, shares, after - before)

    pieces = _refined([piece(start, end) for start, end in pairwise(_CUTS)], piece, tolerance, most)
    shares = torch.stack([one.shares for one in pieces]).sum(0)
    return shares, sum(one.change for one in pieces), len(pieces) * _POINTS


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

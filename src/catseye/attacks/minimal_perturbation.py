"""Minimal perturbations: the smallest changes of pictures that change the predicted class."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from catseye.attacks.projected_gradient_descent import (
    L2,
    WHITE,
    Attack,
    direction,
    draw_change,
    margins,
    measure_length,
    misclassified,
    remove_outward,
    search,
)
from catseye.networks.gradient import compute_gradient

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.attacks.differentiable import Model

_SHORTENINGS = 8  # halvings of the way back to the picture; they need no gradient
_WALK = 8  # steps along the boundary, in steps of a search
_FIRST_MOVE, _LAST_MOVE = 2.0, 0.005  # steps along the gradient, in lengths of the first change
_FIRST_SHARE, _LAST_SHARE = 0.1, 0.001  # of its length that a change loses where it succeeds, gains elsewhere


def find_minimal_perturbation(
    model: Model,
    pictures: torch.Tensor,
    classes: torch.Tensor,
    attack: Attack,
    generator: torch.Generator,
    *,
    targeted: bool = False,
    advance: Callable[[int], object] = lambda _: None,
) -> torch.Tensor:
    """Return each picture with the smallest change, up to ``attack.epsilon``, by which it is misclassified.

    For ``"linf"`` the size is found by bisection, to one level of 8 bits. For ``"l2"`` the change follows the decision
    boundary from each start: it grows shorter where it succeeds and longer where it does not (Rony et al. 2019,
    arXiv:1811.09600), in steps that become smaller (Pintor et al. 2021, arXiv:2102.12827). Where no change up to
    ``attack.epsilon`` succeeds, the picture is returned with the change of the largest margin.

    The arguments are those of :func:`~catseye.attacks.projected_gradient_descent.perturb`.
    """
    find = _follow_l2_boundary if attack.norm == L2 else _bisect_linf
    return find(model, pictures, classes, attack, generator, targeted, advance)


def _bisect_linf(
    model: Model,
    pictures: torch.Tensor,
    classes: torch.Tensor,
    attack: Attack,
    generator: torch.Generator,
    targeted: bool,
    advance: Callable[[int], object],
) -> torch.Tensor:
    high = torch.full((len(pictures), 1, 1, 1), attack.epsilon * WHITE)
    low = torch.zeros_like(high)
    best = search(model, pictures, pictures, classes, attack, high, generator, targeted, advance)
    possible = misclassified(model, best, classes, targeted)
    for _ in range(math.ceil(math.log2(max(2.0, attack.epsilon * WHITE)))):
        middle = ((low + high) / 2).ceil()
        # From the best so far, shortened: that way is known to lead across.
        tried = search(model, best, pictures, classes, attack, middle, generator, targeted, advance)
        better = misclassified(model, tried, classes, targeted) & possible & (middle < high)
        best = torch.where(better, tried, best)
        low, high = torch.where(better, low, middle), torch.where(better, middle, high)
    return best


def _follow_l2_boundary(
    model: Model,
    pictures: torch.Tensor,
    classes: torch.Tensor,
    attack: Attack,
    generator: torch.Generator,
    targeted: bool,
    advance: Callable[[int], object],
) -> torch.Tensor:
    sizes = torch.full((len(pictures), 1, 1, 1), attack.epsilon * WHITE)
    single, best = replace(attack, restarts=1), pictures
    shortest, reached = torch.full_like(sizes, torch.inf), torch.full_like(sizes, -torch.inf)
    for restart in range(attack.restarts):
        # Each start leads to a boundary of its own, and the first one is often not the nearest.
        begin = pictures + draw_change(pictures, sizes, L2, generator) if restart else pictures
        tried = search(model, begin, pictures, classes, single, sizes, generator, targeted, advance)
        tried = _shorten(model, tried, pictures, classes, targeted)
        tried = _walk_boundary(model, tried, pictures, classes, _WALK * attack.steps, targeted, advance)
        tried = _shorten(model, tried, pictures, classes, targeted)
        with torch.no_grad():
            lead = margins(model(tried), classes, targeted=targeted).view(-1, 1, 1, 1)
        length = torch.where(lead > 0, measure_length(tried - pictures), torch.inf)
        better = (length < shortest) | (shortest.isinf() & (lead > reached))
        best = torch.where(better, tried, best)
        shortest, reached = torch.minimum(shortest, length), torch.maximum(reached, lead)
    return best


def _shorten(
    model: Model, changed: torch.Tensor, pictures: torch.Tensor, classes: torch.Tensor, targeted: bool
) -> torch.Tensor:
    """Return the changed pictures moved straight back towards the originals, as far as they stay misclassified."""
    low, high = torch.zeros(len(pictures), 1, 1, 1), torch.ones(len(pictures), 1, 1, 1)
    shortest = changed
    for _ in range(_SHORTENINGS):
        middle = (low + high) / 2
        tried = pictures + middle * (changed - pictures)
        fools = misclassified(model, tried, classes, targeted)
        shortest = torch.where(fools, tried, shortest)
        low, high = torch.where(fools, low, middle), torch.where(fools, middle, high)
    return shortest


def _walk_boundary(
    model: Model,
    begin: torch.Tensor,
    pictures: torch.Tensor,
    classes: torch.Tensor,
    steps: int,
    targeted: bool,
    advance: Callable[[int], object],
) -> torch.Tensor:
    """Return the pictures with the shortest successful change met on a walk along the decision boundary."""
    best, change = begin, begin - pictures
    scale = shortest = radius = measure_length(change)
    for step in range(steps):
        change.requires_grad_()
        lead = margins(model(pictures + change), classes, targeted=targeted)
        gradient = compute_gradient(lead.sum(), change)
        change, fools, length = change.detach(), (lead > 0).view(-1, 1, 1, 1), measure_length(change.detach())
        shorter = fools & (length < shortest)
        best, shortest = torch.where(shorter, pictures + change, best), torch.where(shorter, length, shortest)
        share = _annealed(_FIRST_SHARE, _LAST_SHARE, step / steps)
        radius = torch.where(fools, torch.minimum(radius, length) * (1 - share), radius * (1 + share))
        radius = torch.minimum(radius, shortest)  # a longer change is of no use
        move = scale * _annealed(_FIRST_MOVE, _LAST_MOVE, step / steps)
        change = change + move * direction(remove_outward(gradient, pictures + change), L2)
        change = (pictures + change * (radius / measure_length(change))).clamp(0, WHITE) - pictures
        advance(1)
    return best


def _annealed(first: float, last: float, progress: float) -> float:
    return last + (first - last) * (1 + math.cos(math.pi * progress)) / 2

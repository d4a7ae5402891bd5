"""Adversarial attacks: small changes of a picture's pixels, found by the gradient, that change the answer.

Pictures are float32 (B, C, H, W) with values from 0 to 255; a ``view`` turns them into logits (B, K).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import cross_entropy

from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.insight.view import View

LINF, L2 = "linf", "l2"
NORMS = (LINF, L2)
WHITE = 255.0
_TRAVEL = 3.0  # epsilons that all steps together could go, so that any corner of what is allowed is within reach
_TINY = 1e-12
_HALVINGS = 8  # of the interval in which the smallest L2 change is searched


@dataclass(frozen=True)
class Attack:
    """How a picture may be changed, and how hard a change is searched for.

    Attributes
    ----------
    epsilon : float
        Largest size of the change, in units of the pixel range 0 to 1 (``4/255`` is 4 levels of 8 bits).
    norm : str
        How the size is measured: ``"linf"``, the largest change of any value; ``"l2"``, the root of the sum of all
        squared changes.
    steps : int
        Gradient steps: 1 is the fast gradient sign method (Goodfellow et al. 2015, arXiv:1412.6572), more are
        projected gradient descent (Madry et al. 2018, arXiv:1706.06083).
    restarts : int
        Searches, the first from the picture itself, the others from a random change of it.
    momentum : float
        Share of the last steps' direction that is kept in the next (Dong et al. 2018, arXiv:1710.06081); 0 is none.

    Raises
    ------
    UsageError
        A value is outside its range.
    """

    epsilon: float
    norm: str = LINF
    steps: int = 40
    restarts: int = 1
    momentum: float = 0.75

    def __post_init__(self) -> None:
        if self.norm not in NORMS:
            raise UsageError(f"norm is one of {', '.join(NORMS)}; got {self.norm!r}.")
        if self.norm == LINF and not 0 < self.epsilon <= 1:
            raise UsageError(f"epsilon is above 0 and at most 1, such as 4/255; got {self.epsilon:g}.")
        if not (self.epsilon > 0 and math.isfinite(self.epsilon)):
            raise UsageError(f"epsilon is above 0 and finite; got {self.epsilon:g}.")
        if self.steps < 1 or self.restarts < 1:
            raise UsageError(f"steps and restarts are at least 1; got {self.steps} and {self.restarts}.")
        if not 0 <= self.momentum < 1:
            raise UsageError(f"momentum is 0 to below 1; got {self.momentum:g}.")


def margins(logits: torch.Tensor, classes: torch.Tensor, *, targeted: bool = False) -> torch.Tensor:
    """Return by how much each picture is fooled (B,), in logits: above 0 it is.

    ``classes`` (B,) are those that the pictures should lose or, ``targeted``, be given.
    """
    own = logits.gather(1, classes[:, None])[:, 0]
    others = logits.scatter(1, classes[:, None], -torch.inf).amax(1)
    return own - others if targeted else others - own


def attacked(
    see: View,
    pictures: torch.Tensor,
    classes: torch.Tensor,
    attack: Attack,
    generator: torch.Generator,
    *,
    targeted: bool = False,
    advance: Callable[[int], object] = lambda _: None,
) -> torch.Tensor:
    """Return the pictures changed within ``attack.epsilon`` so that they fool the network most.

    The first search follows the margin between logits, which goes on where probabilities have run into 0 or 1
    (Carlini & Wagner 2017, arXiv:1608.04644); the next one follows the cross-entropy, and so on in turn.

    Parameters
    ----------
    see
        From pictures to logits (B, K).
    pictures
        float32 (B, C, H, W), 0 to 255.
    classes
        int64 (B,): the class that each picture should lose or, ``targeted``, be given.
    attack
    generator
        Decides the random starts.
    targeted
    advance
        Called with 1 after every step.
    """
    sizes = torch.full((len(pictures), 1, 1, 1), attack.epsilon * WHITE)
    return _attacked(see, pictures, classes, attack, sizes, generator, targeted, advance)


def smallest_change(
    see: View,
    pictures: torch.Tensor,
    classes: torch.Tensor,
    attack: Attack,
    generator: torch.Generator,
    *,
    targeted: bool = False,
    advance: Callable[[int], object] = lambda _: None,
) -> torch.Tensor:
    """Return each picture with the smallest change, up to ``attack.epsilon``, that still fools the network.

    The size is found by halving the interval that it must lie in; for ``"linf"`` down to one level of 8 bits. Where
    nothing up to ``attack.epsilon`` fools the network, the picture comes back with the change that fools it most.
    """
    high = torch.full((len(pictures), 1, 1, 1), attack.epsilon * WHITE)
    low = torch.zeros_like(high)
    best = _attacked(see, pictures, classes, attack, high, generator, targeted, advance)
    possible = _fooled(see, best, classes, targeted)
    for _ in range(math.ceil(math.log2(max(2.0, attack.epsilon * WHITE))) if attack.norm == LINF else _HALVINGS):
        middle = (low + high) / 2
        if attack.norm == LINF:
            middle = middle.ceil()
        tried = _attacked(see, pictures, classes, attack, middle, generator, targeted, advance)
        better = _fooled(see, tried, classes, targeted) & possible & (middle < high)
        best = torch.where(better, tried, best)
        low, high = torch.where(better, low, middle), torch.where(better, middle, high)
    return best


def _fooled(see: View, pictures: torch.Tensor, classes: torch.Tensor, targeted: bool) -> torch.Tensor:
    with torch.no_grad():
        return (margins(see(pictures), classes, targeted=targeted) > 0).view(-1, 1, 1, 1)


def _attacked(
    see: View,
    pictures: torch.Tensor,
    classes: torch.Tensor,
    attack: Attack,
    sizes: torch.Tensor,
    generator: torch.Generator,
    targeted: bool,
    advance: Callable[[int], object],
) -> torch.Tensor:
    best, reached = pictures.clone(), torch.full((len(pictures),), -torch.inf)
    for restart in range(attack.restarts):
        start = torch.zeros_like(pictures)
        if restart:
            start = _allowed(_random(pictures, sizes, attack.norm, generator), pictures, sizes, attack.norm)
        by_margin = restart % 2 == 0 and attack.steps > 1
        change, velocity = start, torch.zeros_like(pictures)
        for step in range(attack.steps + 1):
            change.requires_grad_()
            logits = see(pictures + change)
            fooled = margins(logits.detach(), classes, targeted=targeted)
            better = fooled > reached
            reached = torch.where(better, fooled, reached)
            best[better] = (pictures + change.detach())[better]
            if step == attack.steps:
                break
            goal = margins(logits, classes, targeted=targeted) if by_margin else _loss(logits, classes, targeted)
            (gradient,) = torch.autograd.grad(goal.sum(), change)
            velocity = attack.momentum * velocity + gradient / _mean_size(gradient)
            length = sizes * _step(step, attack.steps)
            with torch.no_grad():
                change = _allowed(change + length * _direction(velocity, attack.norm), pictures, sizes, attack.norm)
            advance(1)
    return best


def _step(step: int, steps: int) -> float:
    """Return a step's length in epsilons: long ones to get there, short ones to stay at the best place."""
    return 1.0 if steps == 1 else 2 * _TRAVEL / steps * (1 - step / steps)


def _loss(logits: torch.Tensor, classes: torch.Tensor, targeted: bool) -> torch.Tensor:
    loss = cross_entropy(logits, classes, reduction="none")
    return -loss if targeted else loss


def _direction(gradient: torch.Tensor, norm: str) -> torch.Tensor:
    return gradient.sign() if norm == LINF else gradient / _length(gradient)


def _allowed(change: torch.Tensor, pictures: torch.Tensor, sizes: torch.Tensor, norm: str) -> torch.Tensor:
    """Return the nearest change that is no larger than allowed and leaves every value within 0 to 255."""
    within = change.clamp(-sizes, sizes) if norm == LINF else change * (sizes / _length(change)).clamp(max=1)
    return (pictures + within).clamp(0, WHITE) - pictures


def _random(pictures: torch.Tensor, sizes: torch.Tensor, norm: str, generator: torch.Generator) -> torch.Tensor:
    """Return a change drawn evenly from all that are allowed (L2: from those of the largest size)."""
    if norm == LINF:
        return (2 * torch.rand(pictures.shape, generator=generator) - 1) * sizes
    drawn = torch.randn(pictures.shape, generator=generator)
    return drawn * sizes / _length(drawn)


def _length(values: torch.Tensor) -> torch.Tensor:
    return values.square().sum((1, 2, 3), keepdim=True).sqrt().clamp(min=_TINY)


def _mean_size(values: torch.Tensor) -> torch.Tensor:
    return values.abs().mean((1, 2, 3), keepdim=True).clamp(min=_TINY)

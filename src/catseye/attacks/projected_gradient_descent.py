"""Projected gradient descent: small changes of a picture's pixels that change the predicted class.

Pictures are float32 (B, C, H, W) with values from 0 to 255; a ``model`` turns them into logits (B, K).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import cross_entropy

from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.attacks.differentiable import Model

LINF, L2 = "linf", "l2"
NORMS = (LINF, L2)
WHITE = 255.0
_TRAVEL = 3.0  # length of all steps together in epsilons, so that every corner of the allowed range can be reached
_TINY = 1e-12
_SHORTENINGS = 8  # halvings of the way back to the picture, without gradients
_WALK = 8  # searches' steps for the walk along the boundary
_FIRST_MOVE, _LAST_MOVE = 2.0, 0.005  # steps along the gradient, in lengths of the change that the walk begins with
_FIRST_SHARE, _LAST_SHARE = 0.1, 0.001  # of its length that a change loses where it fools, gains where it does not


@dataclass(frozen=True)
class Attack:
    """How far a picture may be changed, and how thoroughly a change is searched for.

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
            raise UsageError(f"norm must be one of {', '.join(NORMS)}; got {self.norm!r}.")
        if self.norm == LINF and not 0 < self.epsilon <= 1:
            raise UsageError(f"epsilon must be above 0 and at most 1, such as 4/255; got {self.epsilon:g}.")
        if not (self.epsilon > 0 and math.isfinite(self.epsilon)):
            raise UsageError(f"epsilon must be above 0 and finite; got {self.epsilon:g}.")
        if self.steps < 1 or self.restarts < 1:
            raise UsageError(f"steps and restarts must be at least 1; got {self.steps} and {self.restarts}.")
        if not 0 <= self.momentum < 1:
            raise UsageError(f"momentum must be at least 0 and below 1; got {self.momentum:g}.")


def margins(logits: torch.Tensor, classes: torch.Tensor, *, targeted: bool = False) -> torch.Tensor:
    """Return by how many logits each picture (B,) is misclassified; up to 0, it is not.

    ``classes`` (B,) are the correct classes or, if ``targeted``, the classes that the attack aims at.
    """
    own = logits.gather(1, classes[:, None])[:, 0]
    others = logits.scatter(1, classes[:, None], -torch.inf).amax(1)
    return own - others if targeted else others - own


def perturb(
    model: Model,
    pictures: torch.Tensor,
    classes: torch.Tensor,
    attack: Attack,
    generator: torch.Generator,
    *,
    targeted: bool = False,
    advance: Callable[[int], object] = lambda _: None,
) -> torch.Tensor:
    """Return the pictures, each with the change within ``attack.epsilon`` that has the largest margin.

    The first search follows the cross-entropy, as do all searches of a targeted attack. Each of the others aims at one
    other class, the likeliest, then the second, and so on, by the difference of its logit and the correct class's: this
    multi-targeted attack succeeds for many pictures for which no single loss does (Gowal et al. 2019,
    arXiv:1910.09338).

    Parameters
    ----------
    model
        From pictures to logits (B, K).
    pictures
        float32 (B, C, H, W), 0 to 255.
    classes
        int64 (B,): each picture's correct class or, if ``targeted``, the class that the attack aims at.
    attack
    generator
        Draws the random starts.
    targeted
    advance
        Called with 1 after every step.
    """
    sizes = torch.full((len(pictures), 1, 1, 1), attack.epsilon * WHITE)
    return _search(model, pictures, pictures, classes, attack, sizes, generator, targeted, advance)


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

    For ``"linf"`` the size is found by halving the interval that it must lie in, down to one level of 8 bits. For
    ``"l2"`` the change follows the boundary from each start, by its own growing shorter where it fools and longer
    where it does not (Rony et al. 2019, arXiv:1811.09600), with steps that shrink as it goes (Pintor et al. 2021,
    arXiv:2102.12827). Where nothing up to ``attack.epsilon`` fools the network, the picture comes back with the change
    that fools it most.
    """
    search = _smallest_l2 if attack.norm == L2 else _smallest_linf
    return search(model, pictures, classes, attack, generator, targeted, advance)


def _smallest_linf(
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
    best = _search(model, pictures, pictures, classes, attack, high, generator, targeted, advance)
    possible = _misclassified(model, best, classes, targeted)
    for _ in range(math.ceil(math.log2(max(2.0, attack.epsilon * WHITE)))):
        middle = ((low + high) / 2).ceil()
        # From the best so far, shortened: that way is known to lead across.
        tried = _search(model, best, pictures, classes, attack, middle, generator, targeted, advance)
        better = _misclassified(model, tried, classes, targeted) & possible & (middle < high)
        best = torch.where(better, tried, best)
        low, high = torch.where(better, low, middle), torch.where(better, middle, high)
    return best


def _smallest_l2(
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
        begin = pictures + _random(pictures, sizes, L2, generator) if restart else pictures
        tried = _search(model, begin, pictures, classes, single, sizes, generator, targeted, advance)
        tried = _shortened(model, tried, pictures, classes, targeted)
        tried = _walked(model, tried, pictures, classes, _WALK * attack.steps, targeted, advance)
        tried = _shortened(model, tried, pictures, classes, targeted)
        with torch.no_grad():
            lead = margins(model(tried), classes, targeted=targeted).view(-1, 1, 1, 1)
        length = torch.where(lead > 0, _length(tried - pictures), torch.inf)
        better = (length < shortest) | (shortest.isinf() & (lead > reached))
        best = torch.where(better, tried, best)
        shortest, reached = torch.minimum(shortest, length), torch.maximum(reached, lead)
    return best


def _shortened(
    model: Model, changed: torch.Tensor, pictures: torch.Tensor, classes: torch.Tensor, targeted: bool
) -> torch.Tensor:
    """Return the changed pictures led straight back towards the originals, as far as they still fool the network."""
    low, high = torch.zeros(len(pictures), 1, 1, 1), torch.ones(len(pictures), 1, 1, 1)
    shortest = changed
    for _ in range(_SHORTENINGS):
        middle = (low + high) / 2
        tried = pictures + middle * (changed - pictures)
        fools = _misclassified(model, tried, classes, targeted)
        shortest = torch.where(fools, tried, shortest)
        low, high = torch.where(fools, low, middle), torch.where(fools, middle, high)
    return shortest


def _walked(
    model: Model,
    begin: torch.Tensor,
    pictures: torch.Tensor,
    classes: torch.Tensor,
    steps: int,
    targeted: bool,
    advance: Callable[[int], object],
) -> torch.Tensor:
    """Return the pictures with the shortest change that fools, of those met on a walk along the boundary."""
    best, change = begin, begin - pictures
    scale = shortest = radius = _length(change)
    for step in range(steps):
        change.requires_grad_()
        lead = margins(model(pictures + change), classes, targeted=targeted)
        (gradient,) = torch.autograd.grad(lead.sum(), change)
        change, fools, length = change.detach(), (lead > 0).view(-1, 1, 1, 1), _length(change.detach())
        shorter = fools & (length < shortest)
        best, shortest = torch.where(shorter, pictures + change, best), torch.where(shorter, length, shortest)
        share = _annealed(_FIRST_SHARE, _LAST_SHARE, step / steps)
        radius = torch.where(fools, torch.minimum(radius, length) * (1 - share), radius * (1 + share))
        radius = torch.minimum(radius, shortest)  # a longer change is of no use
        move = scale * _annealed(_FIRST_MOVE, _LAST_MOVE, step / steps)
        change = change + move * direction(_inward(gradient, pictures + change), L2)
        change = (pictures + change * (radius / _length(change))).clamp(0, WHITE) - pictures
        advance(1)
    return best


def _annealed(first: float, last: float, progress: float) -> float:
    return last + (first - last) * (1 + math.cos(math.pi * progress)) / 2


def _misclassified(model: Model, pictures: torch.Tensor, classes: torch.Tensor, targeted: bool) -> torch.Tensor:
    with torch.no_grad():
        return (margins(model(pictures), classes, targeted=targeted) > 0).view(-1, 1, 1, 1)


def _search(
    model: Model,
    begin: torch.Tensor,
    pictures: torch.Tensor,
    classes: torch.Tensor,
    attack: Attack,
    sizes: torch.Tensor,
    generator: torch.Generator,
    targeted: bool,
    advance: Callable[[int], object],
) -> torch.Tensor:
    best, reached = pictures.clone(), torch.full((len(pictures),), -torch.inf)
    with torch.no_grad():
        others = model(pictures).scatter(1, classes[:, None], -torch.inf).argsort(1, descending=True)
    for restart in range(attack.restarts):
        start = _random(pictures, sizes, attack.norm, generator) if restart else begin - pictures
        other = others[:, (restart - 1) % (others.shape[1] - 1)]
        change, velocity = project(start, pictures, sizes, attack.norm), torch.zeros_like(pictures)
        for step in range(attack.steps + 1):
            change.requires_grad_()
            logits = model(pictures + change)
            margin = margins(logits.detach(), classes, targeted=targeted)
            better = margin > reached
            reached = torch.where(better, margin, reached)
            best[better] = (pictures + change.detach())[better]
            if step == attack.steps:
                break
            by_loss = targeted or restart == 0
            loss = _loss(logits, classes, targeted) if by_loss else _lead(logits, other, classes)
            (gradient,) = torch.autograd.grad(loss.sum(), change)
            gradient = _inward(gradient, pictures + change.detach())
            velocity = attack.momentum * velocity + gradient / _mean_size(gradient)
            length = sizes * _step(step, attack.steps)
            with torch.no_grad():
                change = project(change + length * direction(velocity, attack.norm), pictures, sizes, attack.norm)
            advance(1)
    return best


def _step(step: int, steps: int) -> float:
    """Return a step's length in epsilons: long at first, to get there, then shorter, to settle at the best point."""
    return 1.0 if steps == 1 else 2 * _TRAVEL / steps * (1 - step / steps)


def _loss(logits: torch.Tensor, classes: torch.Tensor, targeted: bool) -> torch.Tensor:
    loss = cross_entropy(logits, classes, reduction="none")
    return -loss if targeted else loss


def _inward(gradient: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
    """Return the gradient without the parts that lead out of 0 to 255, which would waste an L2 step's length."""
    outward = ((pictures <= 0) & (gradient < 0)) | ((pictures >= WHITE) & (gradient > 0))
    return gradient.masked_fill(outward, 0.0)


def _lead(logits: torch.Tensor, others: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    return (logits.gather(1, others[:, None]) - logits.gather(1, classes[:, None]))[:, 0]


def direction(gradient: torch.Tensor, norm: str) -> torch.Tensor:
    """Return the step (B, C, H, W) of size 1 in ``norm`` along which a loss with this gradient grows fastest."""
    return gradient.sign() if norm == LINF else gradient / _length(gradient)


def project(change: torch.Tensor, pictures: torch.Tensor, sizes: torch.Tensor, norm: str) -> torch.Tensor:
    """Return the nearest change of pictures (B, C, H, W) within ``sizes``, in levels, and within 0 to 255.

    ``sizes`` broadcasts against the pictures, which have values from 0 to 255.
    """
    within = change.clamp(-sizes, sizes) if norm == LINF else change * (sizes / _length(change)).clamp(max=1)
    return (pictures + within).clamp(0, WHITE) - pictures


def _random(pictures: torch.Tensor, sizes: torch.Tensor, norm: str, generator: torch.Generator) -> torch.Tensor:
    """Return a change drawn uniformly from all that are allowed (L2: from those of the largest size)."""
    if norm == LINF:
        return (2 * torch.rand(pictures.shape, generator=generator) - 1) * sizes
    drawn = torch.randn(pictures.shape, generator=generator)
    return drawn * sizes / _length(drawn)


def _length(values: torch.Tensor) -> torch.Tensor:
    return values.square().sum((1, 2, 3), keepdim=True).sqrt().clamp(min=_TINY)


def _mean_size(values: torch.Tensor) -> torch.Tensor:
    return values.abs().mean((1, 2, 3), keepdim=True).clamp(min=_TINY)

"""Projected gradient descent: small changes of a picture's pixels that change the predicted class.

Pictures are float32 (B, C, H, W) with values from 0 to 255; a ``model`` turns them into logits (B, K).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import cross_entropy

from catseye.errors import UsageError
from catseye.networks.gradient import compute_gradient

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.attacks.differentiable import Model

LINF, L2 = "linf", "l2"
NORMS = (LINF, L2)
WHITE = 255.0
_TRAVEL = 3.0  # length of all steps together in epsilons, so that every corner of the allowed range can be reached
_TINY = 1e-12


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
        Function from pictures to logits (B, K).
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
    return search(model, pictures, pictures, classes, attack, sizes, generator, targeted, advance)


def misclassified(model: Model, pictures: torch.Tensor, classes: torch.Tensor, targeted: bool) -> torch.Tensor:
    """Return which pictures the attack has succeeded on, bool (B, 1, 1, 1)."""
    with torch.no_grad():
        return (margins(model(pictures), classes, targeted=targeted) > 0).view(-1, 1, 1, 1)


def search(
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
        start = draw_change(pictures, sizes, attack.norm, generator) if restart else begin - pictures
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
            gradient = compute_gradient(loss.sum(), change)
            gradient = remove_outward(gradient, pictures + change.detach())
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


def remove_outward(gradient: torch.Tensor, pictures: torch.Tensor) -> torch.Tensor:
    """Return the gradient without the parts that lead out of 0 to 255, which would waste an L2 step's length."""
    outward = ((pictures <= 0) & (gradient < 0)) | ((pictures >= WHITE) & (gradient > 0))
    return gradient.masked_fill(outward, 0.0)


def _lead(logits: torch.Tensor, others: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    return (logits.gather(1, others[:, None]) - logits.gather(1, classes[:, None]))[:, 0]


def direction(gradient: torch.Tensor, norm: str) -> torch.Tensor:
    """Return the step (B, C, H, W) of size 1 in ``norm`` along which a loss with this gradient grows fastest."""
    return gradient.sign() if norm == LINF else gradient / measure_length(gradient)


def project(change: torch.Tensor, pictures: torch.Tensor, sizes: torch.Tensor, norm: str) -> torch.Tensor:
    """Return the nearest change of pictures (B, C, H, W) within ``sizes``, in levels, and within 0 to 255.

    ``sizes`` broadcasts against the pictures, which have values from 0 to 255.
    """
    within = change.clamp(-sizes, sizes) if norm == LINF else change * (sizes / measure_length(change)).clamp(max=1)
    return (pictures + within).clamp(0, WHITE) - pictures


def draw_change(pictures: torch.Tensor, sizes: torch.Tensor, norm: str, generator: torch.Generator) -> torch.Tensor:
    """Return a change drawn uniformly from all that are allowed (L2: from those of the largest size)."""
    if norm == LINF:
        return (2 * torch.rand(pictures.shape, generator=generator) - 1) * sizes
    drawn = torch.randn(pictures.shape, generator=generator)
    return drawn * sizes / measure_length(drawn)


def measure_length(values: torch.Tensor) -> torch.Tensor:
    """Return the L2 norm of each picture's values, (B, 1, 1, 1), never quite 0."""
    return values.square().sum((1, 2, 3), keepdim=True).sqrt().clamp(min=_TINY)


def _mean_size(values: torch.Tensor) -> torch.Tensor:
    return values.abs().mean((1, 2, 3), keepdim=True).clamp(min=_TINY)

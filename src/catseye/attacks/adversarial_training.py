"""Adversarial training: batches perturbed against the current network, which makes it robust."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn.functional import cross_entropy

from catseye.attacks.projected_gradient_descent import LINF, WHITE, direction, project
from catseye.networks.gradient import compute_gradient

if TYPE_CHECKING:
    from collections.abc import Callable

_REMEDY = "Adversarial training needs one: train without it."
_TRAVEL = 2.5  # length of all steps together in epsilons: more than from one end of the allowed range to the other


def perturb_training_batch(
    logits: Callable[[torch.Tensor], torch.Tensor],
    pictures: torch.Tensor,
    labels: torch.Tensor,
    epsilon: float,
    steps: int,
) -> torch.Tensor:
    """Return pictures float32 (B, C, H, W), each changed by up to ``epsilon`` in any value, within 0 to 255.

    A few steps of projected gradient descent from a random start (Madry et al. 2018, arXiv:1706.06083). Few steps
    suffice (Wong et al. 2020, arXiv:2001.03994).

    Parameters
    ----------
    logits
        Function from pictures to logits (B, K).
    pictures
        uint8 (B, C, H, W).
    labels
        int64 (B,).
    epsilon
        Largest change of a value, in units of the range 0 to 1.
    steps
        Gradient steps.

    Raises
    ------
    UsageError
        No gradient reaches the pictures.
    """
    size = epsilon * WHITE
    sizes = torch.tensor(size, device=pictures.device)
    original = pictures.float()
    change = project(size * (2 * torch.rand_like(original) - 1), original, sizes, LINF)
    for _ in range(steps):
        change.requires_grad_()
        gradient = compute_gradient(cross_entropy(logits(original + change), labels), change, _REMEDY)
        with torch.no_grad():
            longer = change + _TRAVEL * size / steps * direction(gradient, LINF)
            change = project(longer, original, sizes, LINF)
    return original + change

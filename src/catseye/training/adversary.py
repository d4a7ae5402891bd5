"""Training pictures changed so that the network of the moment errs: what makes a network robust."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn.functional import cross_entropy

if TYPE_CHECKING:
    from collections.abc import Callable

_WHITE = 255.0


def adversarial(
    logits: Callable[[torch.Tensor], torch.Tensor],
    pictures: torch.Tensor,
    labels: torch.Tensor,
    epsilon: float,
    steps: int,
) -> torch.Tensor:
    """Return pictures float32 (B, C, H, W), each changed by up to ``epsilon`` in any value, within 0 to 255.

    A few steps of projected gradient descent from a random start (Madry et al. 2018, arXiv:1706.06083; that few do
    is found by Wong et al. 2020, arXiv:2001.03994).

    Parameters
    ----------
    logits
        From pictures to logits (B, K).
    pictures
        uint8 (B, C, H, W).
    labels
        int64 (B,).
    epsilon
        In units of the range 0 to 1.
    steps
        Gradients that are taken.
    """
    size = epsilon * _WHITE
    original = pictures.float()
    changed = (original + size * (2 * torch.rand_like(original) - 1)).clamp(0, _WHITE)
    for _ in range(steps):
        changed.requires_grad_()
        (gradient,) = torch.autograd.grad(cross_entropy(logits(changed), labels), changed)
        with torch.no_grad():
            # Together the steps can go from one end of what is allowed to the other, and a quarter further.
            changed = changed + 2.5 * size / steps * gradient.sign()
            changed = torch.minimum(torch.maximum(changed, original - size), original + size).clamp(0, _WHITE)
    return changed

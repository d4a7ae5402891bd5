"""The gradient of what a network returns."""

from __future__ import annotations

import torch

from catseye.errors import UsageError


def compute_gradient(total: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
    """Return the gradient of a number with respect to a network's inputs, or to a layer's outputs.

    Raises
    ------
    UsageError
        None reaches them, as in a network of somebody's own that detaches its maps.
    """
    (gradient,) = torch.autograd.grad(total, inputs, allow_unused=True) if total.requires_grad else (None,)
    if gradient is None:
        raise UsageError(
            "no gradient of the network's logits reaches its input: a step in it cuts it off, such as torch.no_grad(), "
            ".detach() or rounding. Methods without a gradient, such as occlusion, work on it."
        )
    return gradient

"""Gradients through activations that are cut off everywhere, where ascent could not begin otherwise.

As in Olah et al. 2017 ("Feature Visualization", doi:10.23915/distill.00007), whose code calls them redirected: what a
ReLU returns stays the same, but where no gradient at all would pass it, that which leads out of the flat part does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from catseye.networks.probe import Probe

_SIX = 6.0


def revive_gradients(probe: Probe) -> None:
    """Let gradients pass the ReLUs and ReLU6s of a probe's network that are cut off for a whole batch."""
    for layer in probe.network.modules():
        if isinstance(layer, (nn.ReLU, nn.ReLU6)):
            layer.inplace = False  # of the probe's own copy: what it received must still be known
            layer.register_forward_hook(_redirect)


def _redirect(layer: nn.Module, received: tuple[torch.Tensor, ...], _: torch.Tensor) -> torch.Tensor:
    limit = _SIX if isinstance(layer, nn.ReLU6) else torch.inf
    result: torch.Tensor = _Redirected.apply(received[0], limit)  # type: ignore[no-untyped-call]
    return result


class _Redirected(torch.autograd.Function):
    """A ReLU with an upper limit."""

    @staticmethod
    def forward(ctx: Any, values: torch.Tensor, limit: float) -> torch.Tensor:
        ctx.save_for_backward(values)
        ctx.limit = limit
        return values.clamp(0, limit)

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> tuple[torch.Tensor, None]:
        (values,), (gradient,) = ctx.saved_tensors, gradients
        below, above = values <= 0, values >= ctx.limit
        passed = gradient.masked_fill(below | above, 0)
        if passed.any():
            return passed, None
        # Ascent follows the gradient: upwards out of the part at 0, downwards out of that at the limit.
        return gradient.masked_fill((below & (gradient < 0)) | (above & (gradient > 0)), 0), None

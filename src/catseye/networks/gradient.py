"""The gradient of what a network returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_OTHERS = "Methods without a gradient, such as occlusion, work on it."


def compute_gradient(total: torch.Tensor, inputs: torch.Tensor, remedy: str = _OTHERS) -> torch.Tensor:
    """Return the gradient of a number with respect to a network's inputs, or to a layer's outputs.

    Raises
    ------
    UsageError
        None reaches them, as in a network of somebody's own that detaches its maps; it ends in ``remedy``.
    """
    return compute_gradients(total, [inputs], remedy)[0]


def compute_gradients(
    total: torch.Tensor, inputs: Sequence[torch.Tensor], remedy: str = _OTHERS
) -> tuple[torch.Tensor, ...]:
    """Return the gradients of a number with respect to several tensors, as :func:`compute_gradient` does."""
    check_gradient(total, *inputs, remedy=remedy)
    gradients = torch.autograd.grad(total, inputs, allow_unused=True)
    if any(gradient is None for gradient in gradients):
        raise _cut_off(remedy)
    return gradients


def check_gradient(*values: torch.Tensor, remedy: str = _OTHERS) -> None:
    """Raise `UsageError` if one of the values is behind a step that cuts off the gradient.

    That is told from the values alone where the network's weights need no gradients.
    """
    if not all(each.requires_grad for each in values):
        raise _cut_off(remedy)


def _cut_off(remedy: str) -> UsageError:
    return UsageError(
        "no gradient of the network's logits reaches its input: a step in it cuts it off, such as torch.no_grad(), "
        f".detach() or rounding. {remedy}"
    )

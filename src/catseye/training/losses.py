"""The losses that a training minimises: those with a name, and a function of the caller's own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import cross_entropy, log_softmax, one_hot

from catseye.arguments import received
from catseye.errors import UsageError
from catseye.training.choices import OWN_LOSS, own_loss_name
from catseye.training.own_function import OwnFunction, function_name, trial_batch

if TYPE_CHECKING:
    from catseye.training.recipe import Recipe

LossFunction = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
_FOCUS = 2.0  # gamma; the value that Lin et al. found best
_SCALAR = "a scalar tensor that PyTorch can differentiate with respect to the logits"


@dataclass(frozen=True)
class OwnLoss:
    """A loss that is a function of the caller's: from logits float32 (B, K) and labels int64 (B,) to a scalar tensor.

    Attributes
    ----------
    function : callable
    """

    function: LossFunction

    @property
    def recipe_name(self) -> str:
        """What a recipe holds in place of the function."""
        return f"{OWN_LOSS}{function_name(self.function)}"

    def __call__(self, logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        """Return the function's result, computed in single precision.

        Raises
        ------
        UsageError
            The function raises an error, or does not return a scalar tensor of floating-point numbers.
        """
        own = OwnFunction(f"the loss {own_loss_name(self.recipe_name)}", self.function)
        with torch.autocast(logits.device.type, enabled=False):
            result = own.result(logits.float(), labels)
        if not isinstance(result, torch.Tensor) or result.ndim or not result.is_floating_point():
            raise own.refuse(_SCALAR, result, logits, labels)
        if logits.requires_grad and not result.requires_grad:
            raise UsageError(
                f"{own.called} returned a tensor that PyTorch cannot differentiate with respect to the logits: compute "
                "it from them by PyTorch's functions, without .detach(), .item(), argmax or NumPy."
            )
        return result

    def try_out(self, labels: torch.Tensor, classes: int, batch_size: int) -> None:
        """Compute the loss of random logits once; raise `UsageError` if training with it must fail."""
        logits, few = trial_batch(labels, classes, batch_size)
        with torch.random.fork_rng():
            loss = self(logits.requires_grad_(), few)
        if not loss.isfinite():
            raise OwnFunction(f"the loss {own_loss_name(self.recipe_name)}", self.function).refuse(
                "a finite loss", loss, logits, few
            )


def read_loss(loss: object) -> tuple[str | None, OwnLoss | None]:
    """Return what a recipe holds for a loss that is given by name or as a function, and the function if it is one.

    Raises
    ------
    UsageError
        It is neither.
    """
    if loss is None or isinstance(loss, str):
        return loss, None
    if isinstance(loss, type):
        raise UsageError(f"loss must be a function, not a class; give an instance: {loss.__name__}().")
    if not callable(loss):
        raise UsageError(f"loss must be a name or a function of logits and labels; got {received(loss)}.")
    own = OwnLoss(loss)
    return own.recipe_name, own


def build_loss(recipe: Recipe, own: OwnLoss | None, *, smoothing: bool = True) -> LossFunction:
    """Return the recipe's loss: a function from logits (B, K) and labels int64 (B,) to the mean over the batch.

    Parameters
    ----------
    recipe
    own
        The function that the recipe's loss stands for, if it is the caller's.
    smoothing
        Smooth the labels as the recipe says.
    """
    if own:
        return own
    share = recipe.label_smoothing if smoothing else 0.0
    if recipe.loss == "cross_entropy":
        return partial(cross_entropy, label_smoothing=share)
    return partial(_focal if recipe.loss == "focal" else _mean_squared_error, smoothing=share)


def _focal(logits: torch.Tensor, labels: torch.Tensor, smoothing: float) -> torch.Tensor:
    """Return -Σ q (1 - p)² log p, where q is 1 for the class and 0 for the others, or smoothed."""
    logs = log_softmax(logits.float(), 1)
    targets = _targets(labels, logits.shape[1], smoothing)
    return -(targets * (1 - logs.exp()) ** _FOCUS * logs).sum(1).mean()


def _mean_squared_error(logits: torch.Tensor, labels: torch.Tensor, smoothing: float) -> torch.Tensor:
    return (logits.float().softmax(1) - _targets(labels, logits.shape[1], smoothing)).square().mean()


def _targets(labels: torch.Tensor, classes: int, smoothing: float) -> torch.Tensor:
    return one_hot(labels, classes) * (1 - smoothing) + smoothing / classes

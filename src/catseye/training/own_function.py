"""A function of the caller's own, called with logits and labels; whatever is wrong with it is said in one line."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import torch

from catseye.arguments import received
from catseye.errors import UsageError, first_line

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST = 80  # letters of a name


@dataclass(frozen=True)
class OwnFunction:
    """A function of logits float32 (B, K) and labels int64 (B,), with the name that errors call it by.

    Attributes
    ----------
    called : str
        Such as ``"the loss my_loss"``.
    function : callable
    """

    called: str
    function: Callable[[torch.Tensor, torch.Tensor], Any]

    def result(self, logits: torch.Tensor, labels: torch.Tensor) -> Any:
        """Return what the function returns for copies of logits and labels, which it may therefore change.

        Raises
        ------
        UsageError
            It raises an error.
        """
        try:
            return self.function(logits.clone(), labels.clone())
        except Exception as error:
            what = f"{type(error).__name__}: {first_line(error)}" if str(error) else type(error).__name__
            raise UsageError(f"{self.called} failed on {_shapes(logits, labels)} with {what}") from error

    def refuse(self, expected: str, result: object, logits: torch.Tensor, labels: torch.Tensor) -> UsageError:
        """Return the error for a result of another kind than the expected one."""
        return UsageError(
            f"{self.called} must return {expected}; got {_described(result)} for {_shapes(logits, labels)}."
        )


def function_name(function: object) -> str:
    """Return a function's own name, of an object the name of its class, in ASCII letters and digits."""
    while isinstance(function, partial):
        function = function.func
    name = getattr(function, "__qualname__", None)
    text = name if isinstance(name, str) else type(function).__qualname__
    return re.sub(r"[^\w.<>]", "_", text.replace("<locals>.", ""), flags=re.ASCII)[-_LONGEST:] or "function"


def trial_batch(labels: torch.Tensor, classes: int, most: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Return evenly chosen labels (B,), ``most`` at most, and random logits (B, K), to try a function out."""
    few = labels[:: math.ceil(len(labels) / most)]
    generator = torch.Generator().manual_seed(0)
    return torch.randn(len(few), classes, generator=generator).to(few.device), few


def _shapes(logits: torch.Tensor, labels: torch.Tensor) -> str:
    return f"logits {tuple(logits.shape)} and labels {tuple(labels.shape)}"


def _described(result: object) -> str:
    if isinstance(result, torch.Tensor) and result.ndim:
        return f"a tensor of shape {tuple(result.shape)}"
    if isinstance(result, torch.Tensor):
        return f"a tensor ({result.dtype}) with the value {result.item()}"
    return received(result)

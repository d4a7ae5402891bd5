"""The choices of a recipe that have names, and what the losses are called."""

from __future__ import annotations

import re
from typing import Literal, get_args

Optimizer = Literal["sgd", "rmsprop", "adagrad", "adam", "nadam", "adamw", "muon"]
Schedule = Literal["constant", "exponential", "cosine", "one_cycle"]
Initialisation = Literal["he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "orthogonal", "none"]
Loss = Literal["cross_entropy", "focal", "mean_squared_error"]
Average = Literal["none", "ema", "swa"]
OPTIMIZERS: tuple[Optimizer, ...] = get_args(Optimizer)
INITIALISATIONS: tuple[Initialisation, ...] = get_args(Initialisation)

OWN_LOSS = "python:"  # before the name of a loss that is a function of the caller's, which no file can hold
_OWN_LOSS = re.compile(rf"{OWN_LOSS}[\w.<>]{{1,80}}", re.ASCII)
_LAMBDA = "lambda"
_LOSS_TITLES = {"cross_entropy": "loss", "focal": "focal loss", "mean_squared_error": "mean squared error"}


def is_own_loss(loss: object) -> bool:
    """Return whether a recipe's loss stands for a function of the caller's."""
    return isinstance(loss, str) and bool(_OWN_LOSS.fullmatch(loss))


def own_loss_name(loss: str) -> str:
    """Return the name of the function that a recipe's loss stands for; empty if it is one of Catseye's.

    One without a name is called ``"lambda"``; what a recipe holds of it says where it was written.
    """
    name = loss.removeprefix(OWN_LOSS) if is_own_loss(loss) else ""
    return _LAMBDA if name.endswith(f"<{_LAMBDA}>") else name


def loss_title(loss: str) -> str:
    """Return what a column or axis with a recipe's loss is called; that of cross-entropy is just ``"loss"``."""
    own = own_loss_name(loss)
    return "loss (own function)" if own == _LAMBDA else _LOSS_TITLES.get(loss, own or loss)

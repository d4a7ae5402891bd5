"""The learning rate and the weight decay that suit each optimizer: the defaults of a recipe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catseye.training.choices import Optimizer

_MOMENTUM = 0.9


@dataclass(frozen=True)
class Suited:
    """What suits an optimizer, and whether it uses a recipe's momentum; the rate is then for `_MOMENTUM`."""

    learning_rate: float
    weight_decay: float
    takes_momentum: bool = False

    def rate_at(self, momentum: float) -> float:
        """Return the learning rate with which this optimizer's steps are as long with another momentum."""
        return self.learning_rate * (1 - momentum) / (1 - _MOMENTUM) if self.takes_momentum else self.learning_rate


# In adam, nadam, rmsprop and adagrad, weight decay is a part of the gradient, which they divide by its size: 0.05 could
# outweigh what is to be learned. Rates: the best of two to four, by the log loss on the digits and on 12,000 pictures
# of MNIST and Fashion-MNIST; with twice to four times as much, sgd diverges there.
SUITED: dict[Optimizer, Suited] = {
    "sgd": Suited(0.05, 0.0005, takes_momentum=True),
    "rmsprop": Suited(0.001, 0.0, takes_momentum=True),
    "adagrad": Suited(0.05, 0.0),
    "adam": Suited(0.01, 0.0),
    "nadam": Suited(0.01, 0.0),
    "adamw": Suited(0.01, 0.05),
    "muon": Suited(0.01, 0.05),
}
BY_OPTIMIZER = float("nan")  # stands for what suits the optimizer, until a recipe is made
_DIGITS = 3  # of a rate that is worked out


def suited_in_words(name: str) -> str:
    """Return the ``"learning_rate"`` or ``"weight_decay"`` of every optimizer, for the documentation."""
    return "By default " + ", ".join(f"`{each}` {getattr(suited, name):g}" for each, suited in SUITED.items())


def suited_values(optimizer: Optimizer) -> dict[str, float]:
    """Return what suits an optimizer, by option."""
    suited = SUITED.get(optimizer, SUITED["muon"])  # an unknown one is refused later, by its check
    return {"learning_rate": suited.learning_rate, "weight_decay": suited.weight_decay}


def changes_with_optimizer(recipe: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, float]:
    """Return what changes with a recipe's optimizer if these changes are made to it.

    The learning rate keeps its proportion to the one that suits the optimizer: it stays smaller for few pictures, and
    for fine-tuning.
    """
    name = changes.get("optimizer", recipe["optimizer"])
    if name == recipe["optimizer"] or not isinstance(name, str) or name not in SUITED:  # refused by its check
        return {}
    before, after = SUITED[recipe["optimizer"]], SUITED[name]
    rate = recipe["learning_rate"] / before.rate_at(recipe["momentum"]) * after.learning_rate
    return {"learning_rate": float(f"{rate:.{_DIGITS}g}"), "weight_decay": after.weight_decay}


def check_momentum(optimizer: Optimizer, changes: Mapping[str, Any]) -> None:
    """Raise `UsageError` if a momentum is among the changes that the recipe's optimizer does not use."""
    if "momentum" in changes and not SUITED[optimizer].takes_momentum:
        takers = " and ".join(name for name, suited in SUITED.items() if suited.takes_momentum)
        raise UsageError(f"momentum is for {takers}; {optimizer} does not use it: leave momentum out.")

"""Options of a recipe that contradict each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from catseye.errors import UsageError
from catseye.training.choices import is_own_loss

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_LR_DECAY = 0.01
_SWA_BEGINS = 0.75  # of the epochs (Izmailov et al. 2018)


def first_averaged_epoch(epochs: int) -> int:
    """Return the index of the first epoch after which stochastic weight averaging takes the weights."""
    return int(_SWA_BEGINS * epochs)


def check_conflicts(recipe: Mapping[str, Any]) -> None:
    """Raise `UsageError` if two of a recipe's options, given by name, contradict each other, or one has no effect."""
    if recipe["batch_norm"] and recipe["batch_size"] == 1:
        raise UsageError("batch_norm needs a batch_size of at least 2; got 1.")
    if recipe["early_stopping"] and recipe["validation"] == 0:
        raise UsageError("early_stopping watches the validation loss: validation must be above 0; got 0.")
    if recipe["nesterov"] and (recipe["optimizer"] != "sgd" or not recipe["momentum"]):
        raise UsageError(
            f"nesterov is for sgd with momentum; got {recipe['optimizer']}, momentum {recipe['momentum']:g}"
            f"{' (nadam is adam with it)' if recipe['optimizer'] == 'adam' else ''}."
        )
    if recipe["learning_rate_decay"] != DEFAULT_LR_DECAY and recipe["schedule"] != "exponential":
        raise UsageError(f"learning_rate_decay is for the exponential schedule; got schedule {recipe['schedule']}.")
    if is_own_loss(recipe["loss"]) and recipe["label_smoothing"]:
        raise UsageError(
            f"label_smoothing does not reach a loss of your own; got {recipe['label_smoothing']:g}. Set it to 0, and "
            "smooth the labels inside the loss."
        )
    if recipe["average"] == "swa":
        _check_swa(recipe)
    for name in ("mixup", "cutmix"):
        _check_mixing(name, recipe)


def _check_swa(recipe: Mapping[str, Any]) -> None:
    averaged = recipe["epochs"] - first_averaged_epoch(recipe["epochs"])
    if averaged < 2:
        raise UsageError(
            f"swa averages the weights after each epoch of the last quarter, of which there is only one in "
            f"{recipe['epochs']}: train for at least 5 epochs, or use average ema."
        )
    if recipe["early_stopping"]:
        raise UsageError(
            "swa averages the last quarter of the epochs, which early_stopping may not reach: set early_stopping to "
            "0, or use average ema."
        )


def _check_mixing(name: str, recipe: Mapping[str, Any]) -> None:
    if recipe[name] and recipe["batch_size"] == 1:
        raise UsageError(f"{name} mixes pictures of one batch: batch_size must be at least 2; got 1.")
    if recipe[name] and recipe["adversarial"]:
        raise UsageError(
            f"{name} must be 0 in adversarial training, which attacks one class, not the two of a mixed picture; got "
            f"{recipe[name]:g}."
        )

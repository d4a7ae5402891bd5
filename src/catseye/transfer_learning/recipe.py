"""Every choice of a transfer as one value that is printed, saved, and can be run again."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from catseye.errors import UsageError, with_short_traceback
from catseye.short_repr import ShortRepr
from catseye.training.options import Option, unknown_option
from catseye.training.recipe import OPTIONS, Recipe

DEFAULT_BACKBONE = "efficientnet_lite0"
_BATCH = 16  # a step's maps take about 150 MB per picture
_ENOUGH_STEPS = 400
_FEWEST_EPOCHS, _MOST_EPOCHS = 3, 8
FINE_TUNING_OPTIONS: dict[str, Option] = {name: option for name, option in OPTIONS.items() if option.fine_tuning}


@dataclass(frozen=True, repr=False)
class TransferRecipe(ShortRepr):
    """Every choice of a transfer.

    Attributes
    ----------
    backbone : str
    mirrored : bool
        Whether the head also learns from each picture's mirror image.
    balanced : bool
        Whether all classes have the same weight, however many pictures each has.
    fine_tuning : Recipe or None
        How the whole network is trained after the head is solved; ``None``: not at all.
    seed : int
        Random seed: folds of cross-validation, and everything random in fine-tuning.
    choose_flip : bool
        Whether fine-tuning mirrors no pictures, whatever its recipe says, if a head that also learns from mirror images
        does worse.

    Raises
    ------
    UsageError
        The seed is outside its range.
    """

    backbone: str = DEFAULT_BACKBONE
    mirrored: bool = False
    balanced: bool = False
    fine_tuning: Recipe | None = None
    seed: int = 0
    choose_flip: bool = False  # which runs of earlier versions do not have

    def __post_init__(self) -> None:
        OPTIONS["seed"].check(self.seed)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the recipe with these fields."""
        fine_tuning = values["fine_tuning"] and Recipe.from_json(values["fine_tuning"])
        return cls(**(values | {"fine_tuning": fine_tuning}))

    @with_short_traceback
    def with_changes(self, changes: dict[str, Any], resumed: Recipe | TransferRecipe | None = None) -> Self:
        """Return the recipe with options of fine-tuning changed; without fine-tuning, the same.

        Parameters
        ----------
        changes
            What is asked for. Without ``flip`` in it, and unless the head learns from mirror images anyway, pictures
            are mirrored only if that makes the head no worse.
        resumed
            The recipe of the run that is resumed, which decides what is not asked for.

        Raises
        ------
        UsageError
            There is no such option, it cannot have this value, or it contradicts another.
        """
        if self.fine_tuning is None:
            return self
        usual, choose_flip = self.fine_tuning, "flip" not in changes and not self.mirrored
        if isinstance(resumed, TransferRecipe) and resumed.fine_tuning:
            usual, choose_flip = resumed.fine_tuning, choose_flip and resumed.choose_flip
        return replace(self, fine_tuning=usual.with_changes(changes), choose_flip=choose_flip)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)


def default_fine_tuning(pictures: int, seed: int) -> Recipe:
    """Return the fine-tuning that serves most data: the fewer pictures, the more often each is seen.

    It does not stop early: the log loss of a few dozen validation pictures is lowest by chance, and early, as networks
    grow confident before they have learned.

    Parameters
    ----------
    pictures
        Number of training pictures.
    seed
    """
    return Recipe(
        epochs=min(_MOST_EPOCHS, max(_FEWEST_EPOCHS, math.ceil(_ENOUGH_STEPS * _BATCH / max(1, pictures)))),
        batch_size=_BATCH,
        optimizer="adamw",
        learning_rate=3e-4,
        label_smoothing=0.0,
        layer_decay=0.7,
        frozen_statistics=True,
        validation=0.2,
        flip=True,
        seed=seed,
    )


def check_changes(changes: dict[str, Any], *, fine_tune: bool) -> None:
    """Raise `UsageError` unless these are valid options of fine-tuning, and fine-tuning is asked for."""
    for name, value in changes.items():
        if name not in FINE_TUNING_OPTIONS:
            raise unknown_option("option of fine-tuning", name, FINE_TUNING_OPTIONS)
        FINE_TUNING_OPTIONS[name].check(value)
    if changes and not fine_tune:
        raise UsageError(f"{', '.join(changes)}: only for fine-tuning; add fine_tune=True.")

"""The command that repeats a run."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from catseye.datasets.info import LABEL
from catseye.runs.recipe import default_recipe
from catseye.system.device import CPU
from catseye.training.recipe import OPTIONS, Recipe

if TYPE_CHECKING:
    from catseye.training.planning import Plan
    from catseye.transfer_learning.recipe import TransferRecipe

_ALWAYS = ("precision", "seed")  # another machine may have another default; a seed is worth seeing


def train_command(planned: Plan, data: str) -> str:
    """Return a shell command that trains the same network by the same recipe on the same data."""
    recipe = planned.recipe
    lesson = Recipe.lesson(planned.network)
    words = ["catseye", "train", data, "--network", planned.network]
    if recipe.with_changes({"seed": lesson.seed}) == lesson:
        words += ["--recipe", "lesson", "--seed", str(recipe.seed)]
    else:
        pictures, side = len(planned.dataset["train"]), min(planned.preprocess.shape[:2])
        usual = default_recipe(planned.network, pictures, side, CPU).to_json()
        for name, value in recipe.to_json().items():
            if value != usual[name] or name in _ALWAYS:
                words += OPTIONS[name].on_command_line(value)
    height, width, _ = planned.preprocess.shape
    if (height, width) != planned.dataset["train"].shape[:2]:
        words += ["--size", f"{height}x{width}"]
    words += [*planned.dataset.info.options, *split_option(planned.dataset.info.split)]
    return shlex.join([*words, "--out", "RUN"])


def split_option(split: str) -> list[str]:
    """Return the option of a command that takes a part of the data; nothing for all of it."""
    return ["--split", split] if split else []


def transfer_command(
    choices: TransferRecipe,
    data: str,
    weights: str | None,
    label: str | None,
    usual: Recipe | None,
    options: tuple[str, ...] = (),
    split: str = "",
) -> str:
    """Return a shell command that makes the same choices on the same data.

    ``usual`` is the default recipe of fine-tuning; the command names the options that differ from it, and the number
    of epochs, whose default depends on the number of pictures.
    ``options`` are those that say where the labels are, ``split`` is the part of the data that is used, if not all.
    """
    words = ["catseye", "transfer", data, "--backbone", choices.backbone, "--seed", str(choices.seed)]
    words += ["--weights", weights] if weights else []
    stated = label in (None, LABEL) or "--label-column" in options or "--label-from" in options
    words += [] if stated else ["--label", str(label)]
    words += [*options, *split_option(split)]
    words += [f"--{name}" for name in ("mirrored", "balanced") if getattr(choices, name)]
    if choices.fine_tuning and usual:
        words.append("--fine-tune")
        for name, value in choices.fine_tuning.to_json().items():
            if value != getattr(usual, name) or name == "epochs" or (name == "flip" and _is_chosen(choices)):
                words += OPTIONS[name].on_command_line(value)
    return shlex.join([*words, "--out", "RUN"])


def _is_chosen(choices: TransferRecipe) -> bool:
    """Return whether the user chose to mirror pictures or not; else fine-tuning finds out which is better."""
    return not choices.choose_flip and not choices.mirrored

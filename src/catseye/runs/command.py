"""The command that repeats a run."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from catseye.training.recipe import Recipe

if TYPE_CHECKING:
    from catseye.training.plan import Plan
    from catseye.transfer_learning.recipe import TransferRecipe

_ALWAYS = ("precision", "seed")  # another machine may have another default; a seed is worth seeing
_FLAGS = {"learning_rate": "lr"}


def train_command(planned: Plan, data: str) -> str:
    """Return a shell command that trains the same network by the same recipe on the same data."""
    recipe = planned.recipe
    lesson = Recipe.lesson(planned.network)
    words = ["catseye", "train", data, "--network", planned.network]
    if recipe.with_changes({"seed": lesson.seed}) == lesson:
        words += ["--recipe", "lesson", "--seed", str(recipe.seed)]
    else:
        usual = Recipe.default(
            planned.network, len(planned.dataset["train"]), min(planned.preprocess.shape[:2])
        ).to_json()
        for name, value in recipe.to_json().items():
            if value != usual[name] or name in _ALWAYS:
                words += _option(name, value)
    height, width, _ = planned.preprocess.shape
    if (height, width) != planned.dataset["train"].shape[:2]:
        words += ["--size", f"{height}x{width}"]
    return shlex.join([*words, "--out", "RUN"])


def transfer_command(
    choices: TransferRecipe, data: str, weights: str | None, label: str | None, usual: Recipe | None
) -> str:
    """Return a shell command that makes the same choices on the same data.

    ``usual`` is the recipe by which would be fine-tuned if nothing were said.
    """
    words = ["catseye", "transfer", data, "--backbone", choices.backbone, "--seed", str(choices.seed)]
    words += ["--weights", weights] if weights else []
    words += ["--label", label] if label else []
    words += [f"--{name}" for name in ("mirrored", "balanced") if getattr(choices, name)]
    if choices.fine_tuning and usual:
        words.append("--fine-tune")
        for name, value in choices.fine_tuning.to_json().items():
            if value != getattr(usual, name):
                words += _option(name, value)
    return shlex.join([*words, "--out", "RUN"])


def _option(name: str, value: object) -> list[str]:
    flag = _FLAGS.get(name, name).replace("_", "-")
    if isinstance(value, bool):
        return [f"--{flag}" if value else f"--no-{flag}"]
    return [f"--{flag}", str(value)]

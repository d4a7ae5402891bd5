"""The recipe of a run: the default one, the one that is asked for, and how they differ."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from catseye.arguments import received
from catseye.errors import UsageError
from catseye.system.device import quick_precision
from catseye.training.recipe import Recipe

DEFAULT, LESSON = "default", "lesson"


def default_recipe(network: str, pictures: int, side: int, device: str) -> Recipe:
    """Return the recipe of a run that asks for nothing else.

    Parameters
    ----------
    network
        Name of the network.
    pictures
        The number of training pictures.
    side
        The smaller of their height and width in pixels.
    device
        ``"cpu"`` or ``"cuda"``.
    """
    return Recipe.default(network, pictures, side).with_changes({"precision": quick_precision(device)})


def load_recipe(name: str | Path | Recipe | None, network: str, default: Recipe) -> Recipe:
    """Return the recipe with this name or in this file; ``None`` stands for the default one.

    Raises
    ------
    UsageError
        It has neither name nor file, or the file does not hold a recipe.
    """
    if isinstance(name, Recipe):
        return name
    if name is not None and not isinstance(name, str | Path):
        raise UsageError(f"the recipe must be {DEFAULT}, {LESSON}, a Recipe or the path of one; got {received(name)}.")
    if name is None or name == DEFAULT:
        return default
    if name == LESSON:
        return Recipe.lesson(network)
    try:
        return Recipe.from_json(dict(json.loads(Path(name).read_bytes())))
    except UsageError:
        raise
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            f"the recipe must be {DEFAULT}, {LESSON} or the path of a saved recipe.json; got {name}."
        ) from error


def requested_options(name: str | Path | Recipe | None, changes: dict[str, Any], network: str) -> dict[str, Any]:
    """Return the options that are asked for explicitly, to compare them with those of a run of ``network``."""
    if name is None or (isinstance(name, str) and name == DEFAULT):
        return changes
    return load_recipe(name, network, Recipe()).with_changes(changes).to_json()


def recipe_in_words(recipe: Recipe, network: str, default: Recipe) -> str:
    """Return how the recipe differs from the default one, or from that of the lessons if it is nearer to it."""
    named = {DEFAULT: _differences(recipe, default), LESSON: _differences(recipe, Recipe.lesson(network))}
    name, different = min(named.items(), key=lambda item: len(item[1]))
    return f"{name}, except {', '.join(different)}" if different else name


def _differences(recipe: Recipe, other: Recipe) -> list[str]:
    before = other.to_json()
    return [
        f"{name.replace('_', ' ')} {_in_words(value)}"
        for name, value in recipe.to_json().items()
        if value != before[name]
    ]


def _in_words(value: Any) -> str:
    return ("on" if value else "off") if isinstance(value, bool) else f"{value}"

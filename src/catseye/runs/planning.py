"""The plan of a run that trains: from what is asked for, or from what an earlier call was asked for."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from catseye.errors import UsageError
from catseye.networks.custom import MadeNetwork, make_network
from catseye.networks.initialisation import NONE
from catseye.networks.names import custom_title, is_custom
from catseye.networks.registry import note_of_added_layer
from catseye.runs.recipe import default_recipe, load_recipe
from catseye.training.planning import Plan, default_network, plan
from catseye.training.recipe import Recipe
from catseye.training.training_data import training_pictures

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.datasets import Dataset
    from catseye.networks.custom import CustomNetwork
    from catseye.runs.request import Request

log = logging.getLogger("catseye")

Size = tuple[int, int]
_ADVERSARIAL_EPOCHS = 2  # times as many as usual
# Of a network made in Python: its author has decided about its layers and the weights that it begins with.
_AS_MADE = {"batch_norm": False, "dropout": 0.0, "initialisation": NONE}


def plan_training(
    dataset: Dataset,
    network: str | CustomNetwork | None,
    recipe: str | Path | Recipe | None,
    size: Size | None,
    changes: dict[str, Any],
    device: str,
) -> Plan:
    """Return the plan of a new training.

    Parameters
    ----------
    dataset
    network
        Name, text, or a network made in Python; ``None``: the one for such a data set.
    recipe, changes
        As for :func:`catseye.train`.
    size
        Height and width in pixels, if they are not to be the pictures' own.
    device
        ``"cpu"`` or ``"cuda"``.

    Raises
    ------
    UsageError
        The network or the recipe does not fit.
    """
    train = training_pictures(dataset)
    height, width = size or train.shape[:2]
    made = None
    if network is not None and not isinstance(network, str):
        seed = load_recipe(recipe, "", Recipe()).with_changes(changes).seed
        made = _make_custom(network, dataset, size, seed)
        network = made.name
    network = network or default_network(dataset.info.name, (height, width))
    default = default_recipe(network, len(train), min(height, width), device)
    if changes.get("adversarial"):  # which is more to learn
        default = default.with_changes({"epochs": _ADVERSARIAL_EPOCHS * default.epochs})
    chosen = load_recipe(recipe, network, default)
    if made is None:
        return plan(dataset, network, chosen.with_changes(changes), size)
    if changes.get("batch_norm") or changes.get("dropout"):
        raise UsageError(
            "batch_norm and dropout are for networks given as text; put nn.BatchNorm2d and nn.Dropout into the module."
        )
    planned = plan(dataset, network, chosen.with_changes(_AS_MADE | changes), size)
    return replace(planned, made=made.module)


def plan_again(dataset: Dataset, saved: Request, custom: CustomNetwork | None) -> Plan:
    """Return the plan of a training that was begun before; ``custom`` is its network if that was made in Python.

    Raises
    ------
    UsageError
        Another network is given.
    """
    assert isinstance(saved.recipe, Recipe)  # it is a training
    planned = plan(dataset, saved.network, saved.recipe, saved.size)
    if custom is None:
        return planned
    made = _make_custom(custom, dataset, saved.size, saved.recipe.seed)
    if made.name != saved.network:
        raise UsageError(f"the run was started with network {saved.network}, not {made.name}; choose another out.")
    return replace(planned, made=made.module)


def require_custom(saved: Request, custom: CustomNetwork | None, folder: str | Path | None) -> None:
    """Raise `UsageError` if the run to resume needs a network made in Python, and none is given."""
    if custom is None and is_custom(saved.network):
        raise UsageError(
            f"the run in {folder} trains a network written in Python ({custom_title(saved.network)}): continue "
            "it in Python with catseye.train(…, network=…, resume=True), giving the same network."
        )


def tell_added_layer(planned: Plan) -> None:
    """Log a note where a dense layer is added behind one that may have been meant as the last."""
    note = note_of_added_layer(planned.network, len(planned.train.classes))
    if note:
        log.warning(note, extra={"note": True})


def _make_custom(network: CustomNetwork, dataset: Dataset, size: Size | None, seed: int) -> MadeNetwork:
    train = training_pictures(dataset)
    return make_network(network, (*(size or train.shape[:2]), train.shape[2]), len(train.classes), seed)

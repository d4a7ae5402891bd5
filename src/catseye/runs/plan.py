"""The plan of a run: made from what is asked for, put into words, and tried out as far as that is possible."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from catseye.errors import UsageError
from catseye.networks import network_title
from catseye.runs.recipe import default_recipe, load_recipe, recipe_in_words
from catseye.training.choices import own_loss_name
from catseye.training.planning import Plan, default_network, plan, training_pictures

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.datasets import Dataset
    from catseye.runs.session import Session
    from catseye.training.losses import OwnLoss
    from catseye.training.metrics import Metrics
    from catseye.training.recipe import Recipe

_ADVERSARIAL_EPOCHS = 2  # times as many as usual


def make_plan(
    dataset: Dataset,
    network: str | None,
    recipe: str | Path | Recipe | None,
    size: tuple[int, int] | None,
    changes: dict[str, Any],
    device: str,
) -> Plan:
    """Return the plan of a new run: with the default network and recipe where nothing else is asked for."""
    train = training_pictures(dataset)
    height, width = size or train.shape[:2]
    network = network or default_network(dataset.info.name, (height, width))
    default = default_recipe(network, len(train), min(height, width), device)
    if changes.get("adversarial"):  # which is more to learn
        default = default.with_changes({"epochs": _ADVERSARIAL_EPOCHS * default.epochs})
    return plan(dataset, network, load_recipe(recipe, network, default).with_changes(changes), size)


def with_own_functions(planned: Plan, loss: OwnLoss | None, metrics: Metrics, device: str) -> Plan:
    """Return the plan with the caller's functions, each called once with random logits.

    Raises
    ------
    UsageError
        A function fails, or the recipe's loss stands for one that is not given.
    """
    name = own_loss_name(planned.recipe.loss)
    if name and loss is None:
        raise UsageError(
            f"the recipe's loss is the Python function {name}, which no file can hold: pass it to catseye.train as "
            f"loss={name.rpartition('.')[2]}, or choose another loss."
        )
    classes = len(planned.train.classes)
    if loss:
        labels = torch.from_numpy(planned.train.labels).to(device)
        loss.try_out(labels, classes, planned.recipe.batch_size)
    for pictures in (planned.train, planned.validation, planned.test):
        if pictures is not None:
            metrics.try_out(torch.from_numpy(pictures.labels), classes)
    return replace(planned, own_loss=loss, metrics=metrics)


def announcement(planned: Plan, session: Session, device: str) -> str:
    """Return what a training is going to do, in a line."""
    aside = f", {len(planned.validation):,} set aside for validation" if planned.validation else ""
    height, width, _ = planned.preprocess.shape
    pictures = len(training_pictures(planned.dataset))
    default = default_recipe(planned.network, pictures, min(height, width), device)
    words = recipe_in_words(planned.recipe, planned.network, default)
    complete = f" (all options: {session.folder.recipe})" if session.folder else ""
    return f"{network_title(planned.network)} on {len(planned.train):,} pictures{aside}; recipe: {words}{complete}"

"""A plan with functions of the caller's own, tried out as far as that is possible, and a plan in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from catseye.errors import UsageError
from catseye.networks.titles import network_title
from catseye.runs.recipe import default_recipe, recipe_in_words
from catseye.short_repr import counted
from catseye.training.choices import own_loss_name
from catseye.training.planning import Plan
from catseye.training.training_data import training_pictures

if TYPE_CHECKING:
    from catseye.runs.session import Session
    from catseye.training.losses import OwnLoss
    from catseye.training.metrics import Metrics


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
    data = f"{counted(len(planned.train), 'picture')}{aside}"
    return f"{network_title(planned.network)} on {data}; recipe: {words}{complete}"

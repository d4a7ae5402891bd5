"""Batches of one picture, which not every network can be trained on."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import torch

from catseye.errors import UsageError, first_line

if TYPE_CHECKING:
    from torch import nn

    from catseye.training.recipe import Recipe


def check_lone_picture(network: nn.Module, shape: tuple[int, int, int], recipe: Recipe, pictures: int) -> None:
    """Raise `UsageError` if batches hold one picture, and the network cannot be trained on that.

    Batch normalisation behind a dense layer, or on maps of one position, has only one value of each channel then. A
    picture that is left over after larger batches is no concern: it is left out of that epoch.

    Parameters
    ----------
    network
    shape
        Of the pictures (H, W, C).
    recipe
    pictures
        Number of training pictures.
    """
    if min(recipe.batch_size, pictures) > 1:
        return
    height, width, channels = shape
    trial = deepcopy(network).train()  # of its own: the statistics of batch normalisation change
    if recipe.frozen_statistics:
        freeze_statistics(trial)
    try:
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            trial(torch.rand(1, channels, height, width))
    except Exception as error:
        why = first_line(error).rstrip(".")
        if why.startswith("Expected more than 1 value"):  # batch normalisation, in PyTorch's words
            why = "batch normalisation cannot normalise a single picture"
        got = f"got {recipe.batch_size}" if recipe.batch_size == 1 else f"there is only {pictures} training picture"
        raise UsageError(f"batch_size must be at least 2 for this network: {why}; {got}.") from error


def freeze_statistics(network: nn.Module) -> None:
    """Let batch normalisation use its means and variances, and keep them, while the rest is trained."""
    for module in network.modules():
        if isinstance(module, torch.nn.modules.batchnorm._NormBase):
            module.eval()

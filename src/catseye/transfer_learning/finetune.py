"""Fine-tuning: a backbone that ends in a solved head is trained on, all of it, gently."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

import torch

from catseye.errors import with_short_traceback
from catseye.evaluation.calibration import fit_temperature
from catseye.inference.batched import compute_logits
from catseye.system.device import CPU
from catseye.training.lone_picture import check_lone_picture
from catseye.training.loop import Task, fit
from catseye.training.planning import ready
from catseye.training.recipe import Recipe

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from catseye.datasets.pictures import Pictures
    from catseye.images.preprocess import Preprocess
    from catseye.networks.backbones.backbone import Backbone
    from catseye.training.checkpoint import TrainingState
    from catseye.transfer_learning.logistic import Layer


def with_head(network: Backbone, layer: Layer) -> Backbone:
    """Return a copy of the backbone, in evaluation mode, that ends in a dense layer with these weights (K, F).

    It shares no weights with ``network``.
    """
    copied = deepcopy(network)
    with torch.random.fork_rng(devices=[]):  # the new layer's first weights, which do not stay, are random
        copied.replace_head(len(layer.bias))
    with torch.no_grad():
        copied.head.weight.copy_(torch.from_numpy(layer.weight))
        copied.head.bias.copy_(torch.from_numpy(layer.bias))
    return copied.eval()


@with_short_traceback
def fine_tune(
    network: Backbone,
    preprocess: Preprocess,
    train: Pictures,
    validation: Pictures,
    recipe: Recipe,
    checkpoint: Path | None,
    on_epoch: Callable[[TrainingState], None],
    device: str = CPU,
) -> TrainingState:
    """Train ``network`` in place by the recipe and return how it went.

    Its head should be solved on the frozen features first: the steps of a random head would spoil them before it
    has learnt anything (Kumar et al. 2022, arXiv:2202.10054). It is scaled by the temperature that suits the
    validation pictures, which changes no answer: otherwise training would lower the loss by confidence alone. With
    early stopping the network as it then is counts as the first candidate for the best weights, so that the
    validation loss never ends above where it began.

    Parameters
    ----------
    network
        A network with as many classes as the pictures; in evaluation mode afterwards.
    preprocess
        The preprocessing that the backbone was trained with.
    train, validation
        Decoded once, and kept in memory if they fit.
    recipe
    checkpoint
        Written after every epoch; where it exists, training goes on from it. ``None``: no checkpoint.
    on_epoch
        Called after every epoch with how far the training has come.
    device
        Device to compute on; the network is on the processor again afterwards.

    Raises
    ------
    UsageError
        The batches hold one picture, and the network cannot be trained on that.
    PictureError
        A picture vanished since it was listed.
    CatseyeError
        The loss is not finite, or the checkpoint cannot be written or read.
    """
    check_lone_picture(network, preprocess.shape, recipe, len(train))
    train, validation = ready(train, preprocess), ready(validation, preprocess)
    _calibrate(network, preprocess, validation)
    progressed = fit(Task(network, preprocess, recipe, train, validation, device), checkpoint, on_epoch)
    network.eval()
    return progressed


def _calibrate(network: Backbone, preprocess: Preprocess, validation: Pictures) -> None:
    answers = compute_logits(network, preprocess, validation).double().numpy()
    temperature = fit_temperature(answers, validation.labels).temperature
    with torch.no_grad():
        network.head.weight.div_(temperature)
        network.head.bias.div_(temperature)

"""The plan of a training: everything that is decided before it starts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.splits import stratified
from catseye.errors import with_short_traceback
from catseye.images.preprocess import Preprocess
from catseye.networks.lessons import SMALL
from catseye.networks.names import is_backbone
from catseye.training.metrics import NO_METRICS, Metrics
from catseye.training.training_data import check_classes, training_pictures

if TYPE_CHECKING:
    from torch import nn

    from catseye.datasets import Dataset, Pictures
    from catseye.training.losses import OwnLoss
    from catseye.training.recipe import Recipe

_MEMORY_BYTES = 2**29  # decoded pictures are kept in memory up to here, and decoded again every epoch above
_SAMPLE_BYTES = 2**26  # of pixels that mean and deviation are measured on; from MNIST, every picture
_CHUNK = 512
_LESSONS = {"mnist": "convnet", "fashion_mnist": "fashion_convnet"}  # the networks of the lessons, by data set
_SMALLEST_DEVIATION = 0.001


@dataclass(frozen=True)
class Plan:
    """A training that has not started.

    Attributes
    ----------
    dataset : Dataset
    network : str
    recipe : Recipe
    preprocess : Preprocess
        Preprocessing, with the training pictures' mean and deviation if the recipe normalises.
    train : Pictures
        The pictures to train on, without those set aside for validation.
    validation, test : Pictures or None
        ``None`` if there are none.
    made : nn.Module or None
        The network itself, with the weights to start from, if it was made in Python.
    own_loss : OwnLoss or None
        The function that the recipe's loss stands for, if it is the caller's.
    metrics : Metrics
        The caller's own.
    """

    dataset: Dataset
    network: str
    recipe: Recipe
    preprocess: Preprocess
    train: Pictures
    validation: Pictures | None
    test: Pictures | None
    made: nn.Module | None = None
    own_loss: OwnLoss | None = None
    metrics: Metrics = NO_METRICS

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the pictures to train on and their labels."""
        return self.train.fingerprint()


@with_short_traceback
def plan(dataset: Dataset, network: str, recipe: Recipe, size: tuple[int, int] | None) -> Plan:
    """Set the validation share aside, choose the preprocess and resize the training pictures.

    Raises
    ------
    UsageError
        The training pictures belong to fewer than two classes.
    PictureError
        A picture has disappeared since it was listed.
    """
    pictures = training_pictures(dataset)
    check_classes(dataset)
    channels = 3 if is_backbone(network) else pictures.shape[2]
    preprocess = Preprocess(*(size or pictures.shape[:2]), channels, value_range=pictures.value_range)
    train, validation = _set_aside(dataset, recipe)
    train = ready(train, preprocess)
    validation = ready(validation, preprocess) if validation is not None else None
    if recipe.normalise:
        preprocess = _normalised(preprocess, train)
    return Plan(dataset, network, recipe, preprocess, train, validation, dataset.splits.get(TEST))


def default_network(dataset: str, shape: tuple[int, int]) -> str:
    """Return the network for pictures of this height and width: the one of the data set's lesson, else the convnet."""
    from catseye.networks.registry import smallest_side  # which loads PyTorch; a transfer may do without

    network = _LESSONS.get(dataset, "convnet")
    return network if min(shape) >= smallest_side(network) else SMALL


def _set_aside(dataset: Dataset, recipe: Recipe) -> tuple[Pictures, Pictures | None]:
    pictures = dataset.splits[TRAIN]
    if VALIDATION in dataset.splits:
        return pictures, dataset.splits[VALIDATION]
    if not recipe.validation:
        return pictures, None
    train, validation = stratified(pictures.labels, recipe.validation, recipe.seed)
    return pictures.take(train), pictures.take(validation) if len(validation) else None


def ready(pictures: Pictures, preprocess: Preprocess) -> Pictures:
    """Return the pictures in the size of ``preprocess``, decoded into memory if they fit.

    Raises
    ------
    PictureError
        A picture has disappeared since it was listed.
    """
    pictures = pictures.through(preprocess)
    height, width, channels = preprocess.shape
    if isinstance(pictures, FilePictures) and len(pictures) * height * width * channels <= _MEMORY_BYTES:
        return pictures.in_memory()
    return pictures


def _normalised(preprocess: Preprocess, train: Pictures) -> Preprocess:
    height, width, channels = preprocess.shape
    step = math.ceil(len(train) * height * width * channels / _SAMPLE_BYTES)
    chosen = range(0, len(train), step)
    total, squares = np.zeros(channels), np.zeros(channels)
    for pixels, _ in train.take(chosen).batches(_CHUNK):  # floats of all pictures at once would fill the memory
        total += pixels.sum((0, 2, 3), np.float64)
        squares += np.square(pixels, dtype=np.uint32).sum((0, 2, 3), np.float64)
    count = len(chosen) * height * width
    mean = total / count
    deviation = np.sqrt(np.maximum(squares / count - mean**2, 0))
    std = tuple(max(float(value / 255), _SMALLEST_DEVIATION) for value in deviation)
    return preprocess.normalised(tuple(float(value / 255) for value in mean), std)

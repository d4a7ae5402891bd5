"""Whether a data set can be learned from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.datasets.dataset import TRAIN
from catseye.errors import UsageError
from catseye.short_repr import counted

if TYPE_CHECKING:
    from catseye.datasets import Dataset, Pictures


def training_pictures(dataset: Dataset) -> Pictures:
    """Return the training split; raise `UsageError` if the data set has none, or its classes are in serious doubt."""
    dataset.info.require_classes()
    if TRAIN not in dataset.splits:
        raise UsageError(f"{dataset.info.name} has no pictures for training, only {', '.join(dataset.splits)}.")
    return dataset.splits[TRAIN]


def check_classes(dataset: Dataset) -> None:
    """Raise `UsageError` if the training pictures belong to fewer than two classes."""
    pictures = training_pictures(dataset)
    present = [name for index, name in enumerate(pictures.classes) if index in pictures.labels]
    if len(present) < 2:
        broken = f" ({counted(len(dataset.left_out), 'picture')} left out)" if dataset.left_out else ""
        advice = "".join(f"\nnote: {note}" for note in dataset.notes if "--label-" in note or "path" in note)
        raise UsageError(
            f"a classifier needs at least two classes; {dataset.info.name} has only {', '.join(present)}{broken}."
            f"{advice}"
        )

"""Problems with the classes themselves: names that look alike, several at once, or something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.datasets.joined_labels import find_joined
from catseye.datasets.look_alikes import find_look_alikes, in_words
from catseye.quality.finding import Finding, Kind
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.datasets import Dataset


def find_doubtful_classes(dataset: Dataset) -> Iterator[Finding]:
    """Yield each doubt about whether the classes are the intended ones."""
    for doubt in dataset.info.doubts:
        yield Finding(Kind.SPLIT_LIKE_CLASSES, doubt.reason, (), doubt.classes)


def find_look_alike_names(dataset: Dataset) -> Iterator[Finding]:
    """Yield each group of class names that look alike."""
    for names in find_look_alikes(dataset.info.classes):
        yield Finding(Kind.LOOK_ALIKE_NAMES, f"{in_words(names)} look alike", (), names)


def find_joined_labels(dataset: Dataset) -> Iterator[Finding]:
    """Yield each class that is several others at once."""
    for name in find_joined(dataset.info.classes):
        count = sum(
            int((part.labels == part.classes.index(name)).sum())
            for part in dataset.splits.values()
            if name in part.classes
        )
        yield Finding(
            Kind.SEVERAL_LABELS, f"{name!r}, {counted(count, 'picture')}, is made of other classes", (), (name,)
        )

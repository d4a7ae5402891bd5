"""Pictures: one split of a data set, in memory or in files."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.datasets.info import IMAGE
from catseye.errors import unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from catseye.arrays import Indices, Integers, Pixels
    from catseye.images.preprocess import Preprocess


@dataclass(frozen=True, eq=False)
class Labelling:
    """What each of N pictures shows, by one way to divide them into classes.

    Attributes
    ----------
    labels : int64 (N,)
        Index of each picture's class.
    classes : tuple of str
        The names of the classes.
    """

    labels: Integers
    classes: tuple[str, ...]

    def take(self, indices: Indices) -> Labelling:
        """Return the labels of the pictures at ``indices``, in that order."""
        return Labelling(self.labels[np.asarray(indices, dtype=np.int64)], self.classes)


def join_labellings(parts: Sequence[Labelling]) -> Labelling:
    """Return the labels of several parts of one data set, one after another."""
    return Labelling(np.concatenate([part.labels for part in parts]), parts[0].classes)


def take_labellings(others: Mapping[str, Labelling], indices: Indices) -> dict[str, Labelling]:
    """Return the further labels of the pictures at ``indices``, in that order."""
    return {name: other.take(indices) for name, other in others.items()}


class Pictures(ABC):
    """One split: pictures with their labels.

    Attributes
    ----------
    labels : int64 (N,)
        Index of each picture's class.
    classes : tuple of str
        The names of the classes.
    label : str
        Name of the labels.
    others : mapping of str to Labelling
        Further labels, by their names.

    A picture by itself is uint8 (H, W, C), as it is looked at; a batch is uint8 (B, C, H, W), as networks take it.
    """

    labels: Integers
    classes: tuple[str, ...]
    label: str
    others: Mapping[str, Labelling]

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Pixels, int]:
        """Return the pair (picture, label); the picture is uint8 (H, W, C) at its own size."""
        if not -len(self) <= index < len(self):
            raise IndexError(f"picture {index} of {len(self)}")
        return self.picture(index % len(self)), int(self.labels[index])

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield each picture as a record of named features: ``{"image": …, "label": …}``, and further labels."""
        for index in range(len(self)):
            picture, label = self[index]
            others = {name: int(other.labels[index]) for name, other in self.others.items()}
            yield {IMAGE: picture, self.label: label} | others

    def _relabelled(self, name: str) -> dict[str, Any]:
        """Return the fields that are others when the pictures are labelled by ``name``."""
        labellings = {self.label: Labelling(self.labels, self.classes), **self.others}
        if name not in labellings:
            raise unknown("label", name, labellings)
        chosen = labellings.pop(name)
        return {"labels": chosen.labels, "classes": chosen.classes, "label": name, "others": labellings}

    @property
    @abstractmethod
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the pictures in a batch."""

    @abstractmethod
    def batch(self, indices: Indices) -> Pixels:
        """Return the pictures at ``indices`` as uint8 (B, C, H, W)."""

    def batches(self, size: int) -> Iterator[tuple[Pixels, Integers]]:
        """Yield all pictures in order, ``size`` at a time and fewer in the last batch: uint8 (B, C, H, W), int64 (B,).

        Examples
        --------
        >>> import catseye
        >>> [len(labels) for pixels, labels in catseye.load("digits", split="test").batches(150)]
        [150, 150, 59]
        """
        for start in range(0, len(self), size):
            indices = range(start, min(start + size, len(self)))
            yield self.batch(indices), self.labels[indices.start : indices.stop]

    @abstractmethod
    def picture(self, index: int) -> Pixels:
        """Return one picture as uint8 (H, W, C) at its own size."""

    @abstractmethod
    def name(self, index: int) -> str:
        """Return the picture's path, or its number where it has none."""

    @abstractmethod
    def take(self, indices: Indices) -> Pictures:
        """Return the pictures at ``indices``, in that order."""

    @abstractmethod
    def labelled(self, name: str) -> Pictures:
        """Return the same pictures, labelled by another of their labels; raise `UsageError` if there is none such."""

    @abstractmethod
    def through(self, preprocess: Preprocess) -> Pictures:
        """Return the same pictures with batches of the size, crop and channels of ``preprocess``."""

    @abstractmethod
    def pixels(self, index: int, preprocess: Preprocess) -> Pixels:
        """Return one picture as uint8 (C, H, W), of the size, crop and channels of ``preprocess``."""

    @abstractmethod
    def content(self) -> tuple[str, ...]:
        """Return a SHA-256 of each picture's own content."""

    @abstractmethod
    def fingerprint(self) -> str:
        """Return a SHA-256 over pictures and labels: the same for the same data, wherever it lies."""

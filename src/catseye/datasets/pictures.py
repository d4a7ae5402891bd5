"""Pictures: one split of a data set, in memory or in files."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self, overload

import numpy as np

from catseye.arguments import received, with_checked_arguments
from catseye.datasets.batches import Batches
from catseye.datasets.indices import Number, check_index, read_indices
from catseye.datasets.info import IMAGE, count_classes, shape_in_words
from catseye.drawing.answer import Answer
from catseye.errors import UsageError, unknown, with_short_traceback
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from catseye.arrays import Indices, Integers, Pixels
    from catseye.datasets.origin import Origin
    from catseye.images.preprocess import Preprocess
    from catseye.images.value_range import ValueRange


@dataclass(frozen=True, eq=False, repr=False)
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

    def __repr__(self) -> str:
        return f"Labelling({counted(len(self.labels), 'label')}, {count_classes(self.classes)})"

    def take(self, indices: Indices) -> Labelling:
        """Return the labels of the pictures at ``indices``, in that order."""
        return Labelling(self.labels[np.asarray(indices, dtype=np.int64)], self.classes)


def join_labellings(parts: Sequence[Labelling]) -> Labelling:
    """Return the labels of several parts of one data set, one after another."""
    return Labelling(np.concatenate([part.labels for part in parts]), parts[0].classes)


def take_labellings(others: Mapping[str, Labelling], indices: Indices) -> dict[str, Labelling]:
    """Return the further labels of the pictures at ``indices``, in that order."""
    return {name: other.take(indices) for name, other in others.items()}


class Pictures(Answer):
    """One split: pictures with their labels; in a notebook it shows some of them with the names of their classes.

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
    origin : Origin or None
        The data set that they are a part of; ``None`` if it is not known.

    A picture by itself is uint8 (H, W, C), as it is looked at; a batch is uint8 (B, C, H, W), as networks take it.

    Examples
    --------
    >>> import catseye
    >>> pictures = catseye.load("digits", split="train")
    >>> pictures
    Pictures(1,438 pictures, 10 classes, 8×8×1)
    >>> len(pictures.take(5)), len(pictures[10:20]), len(pictures[[1, 5]])
    (5, 10, 2)
    >>> for image, label in pictures.take(3):
    ...     print(image.shape, label)
    (8, 8, 1) 0
    (8, 8, 1) 1
    (8, 8, 1) 2
    """

    labels: Integers
    classes: tuple[str, ...]
    label: str
    others: Mapping[str, Labelling]
    origin: Origin | None

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def value_range(self) -> ValueRange | None:
        """Which values are black and white, where the pictures' files have more than 8 bits per channel."""
        return None

    @abstractmethod
    def of(self, origin: Origin) -> Pictures:
        """Return the same pictures, known to be from a data set."""

    def ranged(self, value_range: ValueRange | None) -> Pictures:  # noqa: ARG002 (they are scaled already)
        """Return the same pictures, decoded by another range of values, if it is one."""
        return self

    def __repr__(self) -> str:
        return f"Pictures({self.extent})"

    @property
    def extent(self) -> str:
        """How many pictures of which size there are, and of how many classes, in a few words."""
        count = f"{len(self):,} picture{'s' if len(self) != 1 else ''}"
        return f"{count}, {count_classes(self.classes)}, {shape_in_words(self.shape)}"

    def __iter__(self) -> Iterator[tuple[Pixels, int]]:
        """Yield the pairs (picture, label)."""
        return (self._pair(index) for index in range(len(self)))

    @overload
    def __getitem__(self, index: Number) -> tuple[Pixels, int]: ...
    @overload
    def __getitem__(self, index: slice | Indices) -> Self: ...
    @with_short_traceback
    def __getitem__(self, index: Number | slice | Indices) -> tuple[Pixels, int] | Self:
        """Return the pair (picture, label) at an index, or the pictures of a slice, of several indices, or of a mask.

        The picture of a pair is uint8 (H, W, C) at its own size. ``pictures[pictures.labels == 3]`` are those of one
        class.

        Raises
        ------
        MissingPictureError
            There is no such picture; it is an ``IndexError`` as well.
        UsageError
            It is something else.
        """
        if isinstance(index, slice):
            try:
                return self._select(range(*index.indices(len(self))))
            except (TypeError, ValueError) as error:
                raise UsageError(f"a slice of pictures needs whole numbers: {error}.") from error
        if not isinstance(index, int | np.integer):
            return self._select(read_indices(index, len(self)))
        check_index(index, len(self))
        return self._pair(int(index) % len(self))

    def _pair(self, index: int) -> tuple[Pixels, int]:
        return self.picture(index), int(self.labels[index])

    @with_short_traceback
    def take(self, which: Number | Indices) -> Self:
        """Return the first ``which`` pictures (all if there are fewer), or those at the given indices, in that order.

        Raises
        ------
        UsageError
            The number is negative, or the indices are not whole numbers.
        MissingPictureError
            There is no picture at one of the indices; it is an ``IndexError`` as well.
        """
        if isinstance(which, int | np.integer):
            if which < 0:
                raise UsageError(f"take takes the number of pictures, 0 or more, or their indices; got {which}.")
            return self._select(range(min(int(which), len(self))))
        return self._select(read_indices(which, len(self)))

    @with_short_traceback
    @with_checked_arguments
    def shuffle(self, seed: int = 0) -> Self:
        """Return the same pictures in a random order, which ``seed`` determines."""
        return self._select(np.random.default_rng(seed).permutation(len(self)))

    def to_json(self) -> dict[str, Any]:
        """Return numbers and names as JSON values."""
        counts = np.bincount(self.labels, minlength=len(self.classes)).tolist()
        return {
            "pictures": len(self),
            "shape": list(self.shape),
            "label": self.label,
            "classes": dict(zip(self.classes, counts, strict=True)),
        }

    def records(self) -> Iterator[dict[str, Any]]:
        """Yield each picture as a record of named features: ``{"image": …, "label": …}``, and further labels."""
        for index in range(len(self)):
            picture, label = self._pair(index)
            others = {name: int(other.labels[index]) for name, other in self.others.items()}
            yield {IMAGE: picture, self.label: label} | others

    def _fields_of(self, indices: Indices) -> dict[str, Any]:
        """Return the fields of the pictures at ``indices`` that do not hold the pictures themselves."""
        labels = self.labels[np.asarray(indices, dtype=np.int64)]
        origin = replace(self.origin, split="") if self.origin else None
        return {"labels": labels, "others": take_labellings(self.others, indices), "origin": origin}

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
        """Return the pictures at ``indices`` as uint8 (B, C, H, W).

        Raises
        ------
        UsageError
            A number is given instead: :meth:`batches` takes the size of a batch.
        """

    @with_short_traceback
    def batches(self, size: int, *, drop_remainder: bool = False) -> Batches:
        """Return all pictures in order as batches of ``size``: uint8 (B, C, H, W), int64 (B,).

        The last batch may have fewer, unless ``drop_remainder`` leaves it out. Batches have a length, and can be
        iterated over more than once.

        Examples
        --------
        >>> import catseye
        >>> batches = catseye.load("digits", split="test").batches(150)
        >>> batches
        Batches(3 of 150 pictures, 59 in the last)
        >>> [len(labels) for pixels, labels in batches]
        [150, 150, 59]
        """
        if not isinstance(size, int | np.integer) or size < 1:
            raise UsageError(f"a batch has a whole number of pictures, at least 1; got {received(size)}.")
        return Batches(self, int(size), drop_remainder)

    @abstractmethod
    def picture(self, index: int) -> Pixels:
        """Return one picture as uint8 (H, W, C) at its own size."""

    @abstractmethod
    def name(self, index: int) -> str:
        """Return the picture's path, or its number where it has none."""

    @abstractmethod
    def _select(self, indices: Indices) -> Self:
        """Return the pictures at ``indices``, which exist, in that order."""

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

"""Pictures: one split of a data set, in memory or in files."""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.datasets.info import IMAGE, LABEL
from catseye.datasets.labelling import Labelling, joined_labellings
from catseye.errors import CatseyeError, unknown
from catseye.images.decode import decode_array
from catseye.system.progress import progress
from catseye.system.threads import map_threads

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from catseye.arrays import Indices, Integers, Pixels
    from catseye.images.preprocess import Preprocess

_CHUNK = 256


class Pictures(ABC):
    """One split: pictures with their labels.

    Attributes
    ----------
    labels : int64 (N,)
        Index of each picture's class.
    classes : tuple of str
        The names of the classes.
    label : str
        What the labels are called.
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


@dataclass(frozen=True, eq=False)
class MemoryPictures(Pictures):
    """Pictures of one size, as one array ``images`` of uint8 (N, C, H, W)."""

    images: Pixels
    labels: Integers
    classes: tuple[str, ...]
    label: str = LABEL
    others: Mapping[str, Labelling] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the pictures in a batch."""
        _, channels, height, width = self.images.shape
        return height, width, channels

    def batch(self, indices: Indices) -> Pixels:
        """Return the pictures at ``indices`` as uint8 (B, C, H, W)."""
        return self.images[np.asarray(indices, dtype=np.int64)]

    def picture(self, index: int) -> Pixels:
        """Return one picture as uint8 (H, W, C)."""
        return np.ascontiguousarray(self.images[index].transpose(1, 2, 0))

    def name(self, index: int) -> str:
        """Return the picture's number."""
        return str(index)

    def take(self, indices: Indices) -> MemoryPictures:
        """Return the pictures at ``indices``; those of a ``range`` share the memory."""
        if isinstance(indices, range) and 0 <= indices.start <= indices.stop:
            images = self.images[indices.start : indices.stop : indices.step]
        else:
            images = self.batch(indices)
        labels = self.labels[np.asarray(indices, dtype=np.int64)]
        return replace(self, images=images, labels=labels, others=_taken(self.others, indices))

    def labelled(self, name: str) -> MemoryPictures:
        """Return the same pictures, labelled by another of their labels."""
        return replace(self, **self._relabelled(name))

    def through(self, preprocess: Preprocess) -> MemoryPictures:
        """Return the pictures resized, cropped and with the channels of ``preprocess``."""
        if preprocess.shape == self.shape:
            return self
        pixels = map_threads(lambda index: self.pixels(index, preprocess), range(len(self)))
        return replace(self, images=np.stack(list(pixels)))

    def pixels(self, index: int, preprocess: Preprocess) -> Pixels:
        """Return one picture as uint8 (C, H, W), resized, cropped and with the channels of ``preprocess``."""
        if self.shape == preprocess.shape:
            own: Pixels = self.images[index]
            return own
        return preprocess.pixels(self.picture(index))

    def content(self) -> tuple[str, ...]:
        """Return a SHA-256 of each picture's shape and pixels."""
        shape = repr(self.images.shape[1:]).encode()
        return tuple(map_threads(lambda image: hashlib.sha256(shape + image.tobytes()).hexdigest(), self.images))

    def fingerprint(self) -> str:
        """Return a SHA-256 over shape, pixels and labels."""
        digest = hashlib.sha256(repr(self.images.shape).encode())
        digest.update(np.ascontiguousarray(self.images).data)
        digest.update(np.ascontiguousarray(self.labels).data)
        return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class FilePictures(Pictures):
    """Pictures in files, decoded by threads when they are asked for.

    Attributes
    ----------
    paths : tuple of Path
    digests : tuple of str
        SHA-256 of each file's content.
    preprocess : Preprocess
        Gives the pictures of a batch their one size.
    """

    paths: tuple[Path, ...]
    digests: tuple[str, ...]
    labels: Integers
    classes: tuple[str, ...]
    preprocess: Preprocess
    label: str = LABEL
    others: Mapping[str, Labelling] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the pictures in a batch."""
        return self.preprocess.shape

    def batch(self, indices: Indices) -> Pixels:
        """Return the pictures at ``indices`` as uint8 (B, C, H, W), resized and cropped to one size.

        Raises
        ------
        PictureError
            A file has gone or changed for the worse since it was listed.
        """
        return np.stack(list(map_threads(lambda index: self.pixels(index, self.preprocess), indices)))

    def pixels(self, index: int, preprocess: Preprocess) -> Pixels:
        """Return one picture as uint8 (C, H, W), resized and cropped; raise `PictureError` as :meth:`batch` does."""
        return preprocess.pixels(decode_array(self.paths[index], at_least=max(preprocess.covers)))

    def content(self) -> tuple[str, ...]:
        """Return a SHA-256 of each file."""
        return self.digests

    def picture(self, index: int) -> Pixels:
        """Return one picture as uint8 (H, W, C) at its own size."""
        return decode_array(self.paths[index])

    def name(self, index: int) -> str:
        """Return the picture's path."""
        return str(self.paths[index])

    def take(self, indices: Indices) -> FilePictures:
        """Return the pictures at ``indices``, in that order."""
        return replace(
            self,
            paths=tuple(self.paths[i] for i in indices),
            digests=tuple(self.digests[i] for i in indices),
            labels=self.labels[np.asarray(indices, dtype=np.int64)],
            others=_taken(self.others, indices),
        )

    def labelled(self, name: str) -> FilePictures:
        """Return the same files, labelled by another of their labels."""
        return replace(self, **self._relabelled(name))

    def through(self, preprocess: Preprocess) -> FilePictures:
        """Return the same files, decoded for ``preprocess``."""
        return replace(self, preprocess=preprocess)

    def fingerprint(self) -> str:
        """Return a SHA-256 over the files' contents and labels."""
        lines = (f"{digest} {label}" for digest, label in zip(self.digests, self.labels, strict=True))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def in_memory(self) -> MemoryPictures:
        """Return all pictures decoded to this split's size, in one array."""
        height, width, channels = self.shape
        images = np.empty((len(self), channels, height, width), np.uint8)
        with progress("decoding", len(self)) as advance:
            for start in range(0, len(self), _CHUNK):
                part = range(start, min(start + _CHUNK, len(self)))
                images[start : part.stop] = self.batch(part)
                advance(len(part))
        return MemoryPictures(images, self.labels, self.classes, self.label, self.others)


def _taken(others: Mapping[str, Labelling], indices: Indices) -> dict[str, Labelling]:
    return {name: other.take(indices) for name, other in others.items()}


def joined(parts: Sequence[Pictures]) -> Pictures:
    """Return the pictures of several parts of one data set, one after another."""
    if len(parts) == 1:
        return parts[0]
    labels = np.concatenate([part.labels for part in parts])
    others = {name: joined_labellings([part.others[name] for part in parts]) for name in parts[0].others}
    memory = [part for part in parts if isinstance(part, MemoryPictures)]
    if len(memory) == len(parts):
        images = np.concatenate([part.images for part in memory])
        return replace(memory[0], images=images, labels=labels, others=others)
    files = [part for part in parts if isinstance(part, FilePictures)]
    if len(files) != len(parts):
        raise CatseyeError("pictures in memory and pictures in files cannot be joined.")
    paths = tuple(path for part in files for path in part.paths)
    digests = tuple(digest for part in files for digest in part.digests)
    return replace(files[0], paths=paths, digests=digests, labels=labels, others=others)

"""Pictures in files, decoded when they are asked for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from catseye.datasets.indices import checked_indices
from catseye.datasets.info import LABEL
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.datasets.pictures import Labelling, Pictures
from catseye.errors import PictureError, with_short_traceback
from catseye.images.decoding import decode_content, read_bytes
from catseye.system.progress_bar import progress
from catseye.system.threads import map_threads

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from catseye.arrays import Indices, Integers, Pixels
    from catseye.datasets.origin import Origin
    from catseye.images.preprocess import Preprocess
    from catseye.images.value_range import ValueRange


CHANGED = "the file has changed since the data set was loaded; load it again"
_CHUNK = 256


@dataclass(frozen=True, eq=False, repr=False)
class FilePictures(Pictures):
    """Pictures in files, decoded by threads when they are asked for.

    A file whose content has changed since it was loaded is refused, so that features, results and fingerprints always
    describe the same content.

    Attributes
    ----------
    paths : tuple of Path
    digests : tuple of str
        SHA-256 of each file's content.
    preprocess : Preprocess
        Brings the pictures of a batch to one size.
    """

    paths: tuple[Path, ...]
    digests: tuple[str, ...]
    labels: Integers
    classes: tuple[str, ...]
    preprocess: Preprocess
    label: str = LABEL
    others: Mapping[str, Labelling] = field(default_factory=dict)
    origin: Origin | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the pictures in a batch."""
        return self.preprocess.shape

    @property
    def value_range(self) -> ValueRange | None:
        """Which values are black and white in files with more than 8 bits per channel."""
        return self.preprocess.value_range

    @with_short_traceback
    def batch(self, indices: Indices) -> Pixels:
        """Return the pictures at ``indices`` as uint8 (B, C, H, W), resized and cropped to one size.

        Raises
        ------
        PictureError
            A file has gone or changed since it was listed.
        """
        chosen = checked_indices(indices, len(self))
        return np.stack(list(map_threads(lambda index: self.pixels(index, self.preprocess), chosen)))

    def pixels(self, index: int, preprocess: Preprocess) -> Pixels:
        """Return one picture as uint8 (C, H, W), resized and cropped; raise `PictureError` as :meth:`batch` does."""
        return preprocess.pixels(self._decoded(index, preprocess.value_range, at_least=preprocess.decoded_side))

    def _decoded(self, index: int, value_range: ValueRange | None = None, at_least: int = 0) -> Pixels:
        name, content = str(self.paths[index]), read_bytes(self.paths[index])
        decoded = decode_content(content, name, at_least, value_range or self.value_range)
        if hashlib.sha256(content).hexdigest() != self.digests[index]:
            raise PictureError(name, CHANGED)
        return decoded

    def content(self) -> tuple[str, ...]:
        """Return a SHA-256 of each file."""
        return self.digests

    def picture(self, index: int) -> Pixels:
        """Return one picture as uint8 (H, W, C) at its own size; raise `PictureError` as :meth:`batch` does."""
        return self._decoded(index)

    def name(self, index: int) -> str:
        """Return the picture's path."""
        return str(self.paths[index])

    def _select(self, indices: Indices) -> Self:
        """Return the pictures at ``indices``, in that order."""
        return replace(
            self,
            paths=tuple(self.paths[i] for i in indices),
            digests=tuple(self.digests[i] for i in indices),
            **self._fields_of(indices),
        )

    def of(self, origin: Origin) -> FilePictures:
        """Return the same pictures, known to be from a data set."""
        return replace(self, origin=origin)

    @with_short_traceback
    def labelled(self, name: str) -> FilePictures:
        """Return the same files, labelled by another of their labels."""
        return replace(self, **self._relabelled(name))

    def through(self, preprocess: Preprocess) -> FilePictures:
        """Return the same files, decoded for ``preprocess``, whose range of values precedes this split's own."""
        return replace(self, preprocess=preprocess.ranged(self.value_range))

    def ranged(self, value_range: ValueRange | None) -> FilePictures:
        """Return the same files, decoded by another range of values, if it is one."""
        if value_range is None:
            return self
        return replace(self, preprocess=replace(self.preprocess, value_range=value_range))

    def fingerprint(self) -> str:
        """Return a SHA-256 over the files' contents and labels."""
        lines = [f"{digest} {label}" for digest, label in zip(self.digests, self.labels, strict=True)]
        if self.value_range:  # by which the same files come to other pixels
            lines.append(str(self.value_range))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def in_memory(self) -> MemoryPictures:
        """Return all pictures decoded to this split's size, in one array."""
        height, width, channels = self.shape
        images = np.empty((len(self), channels, height, width), np.uint8)
        with progress("decoding", len(self)) as advance:
            start = 0
            for pixels, _ in self.batches(_CHUNK):
                images[start : start + len(pixels)] = pixels
                start += len(pixels)
                advance(len(pixels))
        return MemoryPictures(images, self.labels, self.classes, self.label, self.others, self.origin)

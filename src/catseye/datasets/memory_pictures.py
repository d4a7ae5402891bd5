"""Pictures of one size, in memory."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

import numpy as np

from catseye.datasets.indices import checked_indices
from catseye.datasets.info import LABEL
from catseye.datasets.pictures import Labelling, Pictures
from catseye.errors import with_short_traceback
from catseye.system.threads import map_threads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catseye.arrays import Indices, Integers, Pixels
    from catseye.datasets.origin import Origin
    from catseye.images.preprocess import Preprocess


@dataclass(frozen=True, eq=False, repr=False)
class MemoryPictures(Pictures):
    """Pictures of one size, as one array ``images`` of uint8 (N, C, H, W)."""

    images: Pixels
    labels: Integers
    classes: tuple[str, ...]
    label: str = LABEL
    others: Mapping[str, Labelling] = field(default_factory=dict)
    origin: Origin | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the pictures in a batch."""
        _, channels, height, width = self.images.shape
        return height, width, channels

    @with_short_traceback
    def batch(self, indices: Indices) -> Pixels:
        """Return the pictures at ``indices`` as uint8 (B, C, H, W)."""
        return self.images[np.asarray(checked_indices(indices, len(self)), dtype=np.int64)]

    def picture(self, index: int) -> Pixels:
        """Return one picture as uint8 (H, W, C)."""
        return np.ascontiguousarray(self.images[index].transpose(1, 2, 0))

    def name(self, index: int) -> str:
        """Return the picture's number."""
        return str(index)

    def _select(self, indices: Indices) -> Self:
        """Return the pictures at ``indices``; those of a ``range`` share the memory."""
        if isinstance(indices, range) and 0 <= indices.start <= indices.stop:
            images = self.images[indices.start : indices.stop : indices.step]
        else:
            images = self.batch(indices)
        return replace(self, images=images, **self._fields_of(indices))

    def of(self, origin: Origin) -> MemoryPictures:
        """Return the same pictures, known to be from a data set."""
        return replace(self, origin=origin)

    @with_short_traceback
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

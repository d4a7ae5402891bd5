"""Labels with the names of their classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Indices, Integers


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


def joined_labellings(parts: Sequence[Labelling]) -> Labelling:
    """Return the labels of several parts of one data set, one after another."""
    return Labelling(np.concatenate([part.labels for part in parts]), parts[0].classes)

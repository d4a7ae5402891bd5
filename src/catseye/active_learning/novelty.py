"""Novelty of a picture: its distance to the nearest labelled picture, in a classifier's features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from catseye.arrays import Floats

_SHARE = 0.95  # of the labelled pictures, which are nearer than this to another one
_FEWEST = 10  # labelled pictures from which a usual distance can be computed
_ROWS = 512  # pictures for which distances are computed at a time


@dataclass(frozen=True, eq=False)
class Novelty:
    """Measures how far pictures are from the labelled ones.

    Attributes
    ----------
    known : float32 (L, F)
        Directions of the labelled pictures' features; they have length 1.
    usual : float
        Distance to the nearest other one that 95 % of the labelled pictures do not exceed; infinite if these are too
        few to tell.
    """

    known: Floats
    usual: float

    @classmethod
    def fit(cls, known: Floats) -> Self:
        """Return what measures the distance to labelled pictures with these directions, float32 (L, F)."""
        if len(known) < _FEWEST:
            return cls(known, np.inf)
        nearest = [
            _distances(known[start : start + _ROWS], known, leave_out=start) for start in range(0, len(known), _ROWS)
        ]
        return cls(known, float(np.quantile(np.concatenate(nearest), _SHARE)))

    def distances(self, directions: Floats) -> Floats:
        """Return how far pictures are from the nearest labelled one, float64 (N,), from 0 to 2."""
        parts = [
            _distances(directions[start : start + _ROWS], self.known) for start in range(0, len(directions), _ROWS)
        ]
        return np.concatenate(parts) if parts else np.empty(0)


def _distances(rows: Floats, known: Floats, leave_out: int | None = None) -> Floats:
    """Return the distance of each row to the nearest known one; rows that begin at ``leave_out`` are not their own."""
    likeness = rows @ known.T
    if leave_out is not None:
        likeness[np.arange(len(rows)), leave_out + np.arange(len(rows))] = -1
    # Between directions a and b of length 1, |a − b|² is 2 − 2ab.
    distances: Floats = np.sqrt(np.maximum(2 - 2 * likeness.max(1).astype(np.float64), 0))
    return distances

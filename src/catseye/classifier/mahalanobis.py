"""The distribution of the training pictures' features, and the Mahalanobis distance of others from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from catseye.arrays import Floats, Integers

_SMALLEST_SHARE = 1e-6  # of the largest eigenvalue; directions below it contain only rounding errors
SMALLEST = 1e-12  # of a variance, and of a length


@dataclass(frozen=True, eq=False, repr=False)
class Mahalanobis(ShortRepr):
    """A Gaussian around the mean of each class, with one covariance for all (Lee et al. 2018, arXiv:1807.03888).

    Features are first replaced by their roots, with their sign, and scaled to unit length, which makes distances those
    of Hellinger. The covariance is shrunk towards a multiple of the identity (Ledoit & Wolf 2004, J. Multivariate
    Analysis 88); it is kept in the R directions of largest variance, and is the same in all others.

    Attributes
    ----------
    mean : float32 (F,)
    basis : float16 (R, F)
        Orthonormal.
    centres : float32 (K, R)
        The mean of each class in that basis.
    variances : float32 (R,)
    rest : float32 (1,)
        Variance in every other direction.
    """

    mean: Floats
    basis: Floats
    centres: Floats
    variances: Floats
    rest: Floats

    @classmethod
    def fit(cls, features: Floats, labels: Integers, rank: int) -> Self:
        """Fit to features (N, F) of N pictures with these labels, in at most ``rank`` directions."""
        points = _unit_roots(features)
        mean = points.mean(0)
        points -= mean
        _, places = np.unique(labels, return_inverse=True)
        centres = np.stack([points[places == place].mean(0) for place in range(places.max() + 1)])
        basis = _main_directions(points, rank)
        deviations = points - centres[places]
        shrinkage, total, average = _shrinkage(deviations)
        inside = deviations @ basis.T
        values, rotation = np.linalg.eigh(inside.T @ inside / np.float32(len(points)))
        basis = rotation.T @ basis
        others = max(features.shape[1] - len(basis), 1)
        rest = (1 - shrinkage) * max(total - float(values.sum()), 0) / others + shrinkage * average
        variances = (1 - shrinkage) * np.maximum(values, 0) + shrinkage * average
        return cls(
            mean,
            basis.astype(np.float16),
            centres @ basis.T,
            np.maximum(variances, SMALLEST).astype(np.float32),
            np.array([max(rest, SMALLEST)], np.float32),
        )

    def distances(self, features: Floats) -> Floats:
        """Return the squared Mahalanobis distance of features (N, F) from the nearest class, float64 (N,)."""
        points = _unit_roots(features) - self.mean
        inside = points @ self._directions
        outside = np.maximum(np.square(points).sum(1) - np.square(inside).sum(1), 0) / self.rest
        scale = np.sqrt(self.variances)
        scaled, centres = (inside / scale).astype(np.float64), (self.centres / scale).astype(np.float64)
        # (a - b)² without an array of pictures × classes × directions
        pairs = np.square(scaled).sum(1)[:, None] - 2 * scaled @ centres.T + np.square(centres).sum(1)
        nearest: Floats = np.maximum(pairs.min(1), 0) + outside
        return nearest

    @cached_property
    def _directions(self) -> Floats:
        """The basis in columns, float32 (F, R)."""
        return np.ascontiguousarray(self.basis.T.astype(np.float32))


def _unit_roots(features: Floats) -> Floats:
    """Return roots with the features' signs, float32 (N, F), each row of length 1."""
    roots = np.sign(features) * np.sqrt(np.abs(features, dtype=np.float32))
    lengths = np.linalg.norm(roots, axis=1, keepdims=True)
    scaled: Floats = roots / np.maximum(lengths, SMALLEST)
    return scaled


def _main_directions(points: Floats, rank: int) -> Floats:
    """Return the directions (R, F) of largest variance of centred points (N, F), orthonormal."""
    few = len(points) < points.shape[1]
    values, vectors = np.linalg.eigh(points @ points.T if few else points.T @ points)
    kept = np.flatnonzero(values > _SMALLEST_SHARE * max(float(values[-1]), SMALLEST))[::-1][:rank]
    directions = vectors[:, kept]
    result: Floats = (directions / np.sqrt(values[kept])).T @ points if few else directions.T
    return result


def _shrinkage(deviations: Floats) -> tuple[float, float, float]:
    """Return the intensity that Ledoit and Wolf choose for centred rows (N, F), the total variance, and the average."""
    count, width = deviations.shape
    product = deviations @ deviations.T if count < width else deviations.T @ deviations
    squares = np.square(deviations, dtype=np.float64).sum(1)
    total = float(squares.sum()) / count
    average, norm = total / width, float(np.square(product, dtype=np.float64).sum()) / count**2
    error = (float(np.square(squares).sum()) / count - norm) / (width * count)
    distance = (norm - width * average**2) / width
    return float(np.clip(error / distance, 0, 1)) if distance > SMALLEST**2 else 1.0, total, average

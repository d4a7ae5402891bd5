"""Features in coordinates in which a head is quickly solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from catseye.transfer_learning.logistic import Layer

if TYPE_CHECKING:
    from catseye.arrays import Floats

_SMALLEST_SHARE = 1e-10  # of the largest eigenvalue; directions below it contain only rounding errors


@dataclass(frozen=True, eq=False)
class Whitening:
    """A linear map to centred features of unit spread, in at most as many directions as there are pictures.

    Attributes
    ----------
    mean : float64 (F,)
    scale : float
        Root of the mean variance.
    basis : float64 (F, R) or None
        Orthonormal: where pictures are fewer than features, they lie in a smaller space, and a head with a pull
        towards zero never leaves it. ``None``: all F directions.
    """

    mean: Floats
    scale: float
    basis: Floats | None

    @classmethod
    def fit(cls, features: Floats) -> Self:
        """Return the whitening fitted to these features (N, F)."""
        mean = features.mean(0, dtype=np.float64)
        centred = features.astype(np.float64) - mean
        scale = float(np.sqrt(np.square(centred).mean())) or 1.0
        count, width = features.shape
        if count >= width:
            return cls(mean, scale, None)
        values, vectors = np.linalg.eigh(centred @ centred.T)
        kept = values > _SMALLEST_SHARE * values[-1]
        return cls(mean, scale, centred.T @ (vectors[:, kept] / np.sqrt(values[kept])))

    def whiten(self, features: Floats) -> Floats:
        """Return features (N, F) whitened, float64 (N, R)."""
        centred = features.astype(np.float64)
        centred -= self.mean
        centred /= self.scale
        return centred if self.basis is None else centred @ self.basis

    def unwhiten(self, layer: Layer) -> Layer:
        """Return the layer on the original features that is equivalent to ``layer`` on whitened ones."""
        weight = layer.weight if self.basis is None else layer.weight @ self.basis.T
        weight = weight / self.scale
        return Layer(weight, layer.bias - weight @ self.mean)

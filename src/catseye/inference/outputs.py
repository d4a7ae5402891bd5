"""A network's outputs for pictures: logits and, if wanted, the features from which they are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from catseye.arrays import Floats


class Outputs(NamedTuple):
    """A network's outputs for N pictures.

    Attributes
    ----------
    logits : float32 (N, K)
    features : float32 (N, F) or None
        The inputs of the named dense layer; without a name, the logits. ``None`` if they are not computed.
    """

    logits: Floats
    features: Floats | None

    @classmethod
    def split(cls, values: Floats, classes: int) -> Self:
        """Return the outputs in values (N, K + F), or (N, K) without features, for K classes."""
        features = values[:, classes:]
        return cls(values[:, :classes], features if features.shape[1] else None)

"""Whether PyTorch in single precision predicts the same as a faster engine."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from catseye.arrays import Floats


@dataclass(frozen=True)
class Agreement:
    """The logits of two programs for the same pictures, compared.

    Attributes
    ----------
    pictures : int
        Number of pictures that were compared.
    same_class : float
        Share of the pictures for which both predict the same class, 0 to 1.
    largest_difference : float
        Largest difference between two logits of one picture and class.
    """

    pictures: int
    same_class: float
    largest_difference: float

    @classmethod
    def none(cls) -> Self:
        """Return the agreement where nothing was compared."""
        return cls(0, 0.0, 0.0)

    @classmethod
    def of(cls, ours: Floats, theirs: Floats) -> Self:
        """Return how far the logits (N, K) of two programs agree; ``pictures`` is 0 where there are none."""
        if not len(ours):
            return cls.none()
        same = float((ours.argmax(1) == theirs.argmax(1)).mean())
        return cls(len(ours), same, float(np.abs(ours - theirs).max()))

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the agreement with these fields."""
        return cls(**values)

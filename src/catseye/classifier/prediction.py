"""What a classifier says of one picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from catseye.arrays import Floats


@dataclass(frozen=True, eq=False)
class Prediction:
    """What a classifier says of one picture.

    Attributes
    ----------
    picture : str
        The picture's path, or its number in the list.
    class_name : str
        The most probable class.
    probability : float
        Probability of that class, 0 to 1.
    probabilities : float64 (K,)
        Probabilities of all classes, in the order of ``classes``; they sum to 1.
    classes : tuple of str
    """

    picture: str
    class_name: str
    probability: float
    probabilities: Floats
    classes: tuple[str, ...]

    def top(self, count: int = 5) -> list[tuple[str, float]]:
        """Return the ``count`` most probable classes with their probabilities, largest first."""
        order = np.argsort(-self.probabilities, kind="stable")[:count]
        return [(self.classes[i], float(self.probabilities[i])) for i in order]

    def to_json(self) -> dict[str, Any]:
        """Return the prediction with its five most probable classes as JSON values."""
        top = [{"class": name, "probability": probability} for name, probability in self.top()]
        return {
            "picture": self.picture,
            "class": self.class_name,
            "probability": self.probability,
            "top": top,
        }

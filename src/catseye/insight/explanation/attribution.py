"""An attribution: which parts of a picture speak for a class, and by which method."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from catseye.arrays import Floats

_FEW = 5  # positions of a side
COMPLETE = 0.02  # share of the difference of the logits by which the sum of integrated gradients may be off
_ROUNDING = 1e-5  # of a map's largest value
_SAME_LOGIT = 1e-4  # difference between two logits that is a rounding error: logits are about ten


@dataclass(frozen=True, repr=False)
class Completeness(ShortRepr):
    """Whether integrated gradients add up to what they explain.

    Attributes
    ----------
    total : float
        The sum of the map.
    difference : float
        The class's logit for the picture minus that for the baseline: what the sum should be.
    steps : int
        Points on the path between the two.
    """

    total: float
    difference: float
    steps: int

    @property
    def error(self) -> float:
        """How far the sum is off, as a share of the difference."""
        off = abs(self.total - self.difference)
        return off / abs(self.difference) if self.difference else math.inf if off else 0.0

    @property
    def holds(self) -> bool:
        """Whether the error is within ``COMPLETE`` or only rounding, as for a blank picture."""
        return self.error <= COMPLETE or abs(self.total - self.difference) <= _SAME_LOGIT

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        error = self.error if math.isfinite(self.error) else None
        numbers = {"sum": self.total, "difference": self.difference, "error": error, "steps": self.steps}
        return numbers | {"holds": self.holds}


@dataclass(frozen=True, eq=False, repr=False)
class Attribution(ShortRepr):
    """How much each position in a picture contributes to the logit of a class.

    Attributes
    ----------
    method : str
        One of ``METHODS``.
    map : float32 (H, W)
        Values at the network's input size, in the method's unit.
    layer : str or None
        The layer whose maps Grad-CAM used.
    positions : (int, int) or None
        Height and width of these maps.
    completeness : Completeness or None
        The check of integrated gradients.
    """

    method: str
    map: Floats
    layer: str | None = None
    positions: tuple[int, int] | None = None
    completeness: Completeness | None = None

    @property
    def is_coarse(self) -> bool:
        """Whether it is of maps with more than one position, but too few to say where: under 5 of a side."""
        return self.positions is not None and self.positions != (1, 1) and min(self.positions) < _FEW


def is_constant(values: Floats) -> bool:
    """Return whether a map is the same everywhere except for rounding.

    Single precision has seven digits; sums over thousands of weights keep five of them.
    """
    return bool(np.ptp(values) <= _ROUNDING * np.abs(values).max())


@dataclass(frozen=True)
class Method:
    """A method of attribution.

    Attributes
    ----------
    title : str
        Usual name of the method.
    unit : str
        Unit of the map's values.
    signed : bool
        Whether there are values below 0, which speak against the class.
    meaning : str
        What the map's colours mean, in half a sentence with ``{}`` for the class.
    """

    title: str
    unit: str
    signed: bool
    meaning: str


_BRIGHT = "The brighter a place, the more it speaks for {}"
_SIGNED = "Orange places speak for {}, blue ones against it"
_SENSITIVE = "The brighter a place, the more a small change there changes the score of {}"
METHODS = {
    "grad_cam": Method("Grad-CAM", "evidence, in the layer's units", signed=False, meaning=_BRIGHT),
    "integrated_gradients": Method("Integrated gradients", "logits per pixel", signed=True, meaning=_SIGNED),
    "occlusion": Method("Occlusion", "logits lost when covered", signed=True, meaning=_SIGNED),
    "smooth_grad": Method("SmoothGrad", "logits per grey level", signed=False, meaning=_SENSITIVE),
}

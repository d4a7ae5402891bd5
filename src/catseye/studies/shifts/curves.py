"""Accuracy against how far the pictures are moved, and what it says in words."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from catseye.drawing.answer import Answer
from catseye.evaluation.intervals import wilson_interval
from catseye.short_repr import ShortRepr


@dataclass(frozen=True, repr=False)
class ShiftCurve(ShortRepr):
    """The accuracy of one network on shifted pictures.

    Attributes
    ----------
    name : str
        The network's, or the path of a trained classifier.
    accuracies : tuple of tuple of float
        For each training the accuracies by pixels, from 0 on: 0 to 1, mean over the directions.
    """

    name: str
    accuracies: tuple[tuple[float, ...], ...]

    @property
    def means(self) -> tuple[float, ...]:
        """The mean over the trainings, by pixels."""
        return tuple(statistics.fmean(values) for values in zip(*self.accuracies, strict=True))

    @property
    def sds(self) -> tuple[float, ...] | None:
        """The sample standard deviation over the trainings, by pixels; ``None`` for a single one."""
        if len(self.accuracies) == 1:
            return None
        return tuple(statistics.stdev(values) for values in zip(*self.accuracies, strict=True))

    def shown(self, pixels: int) -> str:
        """Return mean and deviation in percent: ``"76.4 ± 1.2 %"``."""
        mean = f"{100 * self.means[pixels]:.1f}"
        return f"{mean} ± {100 * self.sds[pixels]:.1f} %" if self.sds else f"{mean} %"

    def halfway(self, chance: float) -> float | None:
        """Return the shift in pixels at which half of the lead over ``chance`` is lost, between whole ones on a line.

        ``None`` if that much is never lost.
        """
        means = self.means
        middle = (means[0] + chance) / 2
        for pixels, (before, after) in enumerate(pairwise(means)):
            if after <= middle < before:
                return pixels + (before - middle) / (before - after)
        return None


@dataclass(frozen=True, repr=False)
class Shifts(Answer):
    """Several networks on the same moved pictures.

    Attributes
    ----------
    data : str
        The data set's name.
    test_pictures : int
        Each is moved in four directions.
    classes : int
    side : int
        The shorter side of the pictures, in pixels.
    lost : tuple of float
        Share of what stands out from the background that leaves the frame, 0 to 1, by pixels.
    curves : tuple of ShiftCurve
    notes : tuple of str
    seconds : float
    versions : dict
    """

    data: str
    test_pictures: int
    classes: int
    side: int
    lost: tuple[float, ...]
    curves: tuple[ShiftCurve, ...]
    notes: tuple[str, ...]
    seconds: float
    versions: dict[str, str]

    def __repr__(self) -> str:
        names = ", ".join(curve.name for curve in self.curves)
        return f"Shifts({self.data}: {names}, up to {len(self.lost) - 1} of {self.side} pixels)"

    @property
    def verdict(self) -> str:
        """For each network, how far pictures can be moved until half of what it knows is lost."""
        parts = []
        for curve in self.curves:
            pixels = curve.halfway(1 / self.classes)
            parts.append(f"{curve.name} {f'{pixels:.1f} pixels' if pixels is not None else 'beyond this range'}")
        return f"Shift at which half the lead over chance is lost: {', '.join(parts)}."

    def interval(self, curve: ShiftCurve, pixels: int) -> tuple[float, float]:
        """Return the 95 % interval of a mean accuracy for so many test pictures; the directions count as one."""
        return wilson_interval(round(curve.means[pixels] * self.test_pictures), self.test_pictures)

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "data": self.data,
            "test_pictures": self.test_pictures,
            "classes": self.classes,
            "directions": 4,
            "pixels": list(range(len(self.lost))),
            "lost": list(self.lost),
            "networks": [self._curve_json(curve) for curve in self.curves],
            "verdict": self.verdict,
            "notes": list(self.notes),
            "seconds": round(self.seconds, 3),
            "versions": self.versions,
        }

    def _curve_json(self, curve: ShiftCurve) -> dict[str, Any]:
        return {
            "network": curve.name,
            "n": len(curve.accuracies),
            "mean": list(curve.means),
            "sd": list(curve.sds) if curve.sds else None,
            "interval": [list(self.interval(curve, pixels)) for pixels in range(len(self.lost))],
            "accuracies": [list(values) for values in curve.accuracies],
            "half_lost_at": curve.halfway(1 / self.classes),
        }

"""The main numbers of an evaluation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from catseye.drawing.numbers import percent
from catseye.evaluation.calibration import expected_calibration_error
from catseye.runs.json_fields import JsonFields
from catseye.short_repr import counted

if TYPE_CHECKING:
    from catseye.evaluation.metrics import Evaluation


@dataclass(frozen=True, repr=False)
class Score(JsonFields):
    """The main numbers of an evaluation.

    Attributes
    ----------
    examples : int
        Number of pictures.
    loss : float
        Mean log loss of the calibrated probabilities, in nats.
    accuracy : float
        Share of pictures classified correctly, 0 to 1.
    accuracy_interval : tuple of float
        Its 95 % interval (Wilson).
    expected_calibration_error : float
        0 to 1, in 15 bins.
    metrics : dict of str to float
        The caller's own metrics of the logits before calibration.
    per_class : tuple of tuple of int
        For each class, in the classifier's order, how many of its pictures were classified correctly, and how many
        there are; empty in runs of earlier versions.
    """

    examples: int
    loss: float
    accuracy: float
    accuracy_interval: tuple[float, float]
    expected_calibration_error: float
    metrics: dict[str, float] = field(default_factory=dict)
    per_class: tuple[tuple[int, int], ...] = ()

    def __repr__(self) -> str:
        return (
            f"Score(accuracy {self.accuracy_in_words}, {counted(self.examples, 'picture')}, loss {self.loss:.4g}, "
            f"calibration error {percent(self.expected_calibration_error)})"
        )

    @property
    def accuracy_in_words(self) -> str:
        """The accuracy with its interval: ``"98.3 % (96.4 to 99.2)"``."""
        low, high = self.accuracy_interval
        return f"{percent(self.accuracy)} ({100 * low:.1f} to {100 * high:.1f})"

    @classmethod
    def of(cls, evaluation: Evaluation, metrics: dict[str, float] | None = None) -> Self:
        """Return the main numbers of ``evaluation``, with the caller's own metrics."""
        confusion = evaluation.confusion
        return cls(
            evaluation.examples,
            evaluation.loss,
            evaluation.accuracy,
            evaluation.accuracy_interval,
            expected_calibration_error(evaluation.bins),
            metrics or {},
            tuple(zip(confusion.diagonal().tolist(), confusion.sum(1).tolist(), strict=True)),
        )

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the score with these fields."""
        low, high = values["accuracy_interval"]
        per_class = tuple((right, count) for right, count in values.get("per_class", ()))
        return cls(**(values | {"accuracy_interval": (low, high), "per_class": per_class}))

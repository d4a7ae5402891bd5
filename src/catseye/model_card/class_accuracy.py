"""The accuracy of one class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catseye.evaluation.intervals import wilson_interval


@dataclass(frozen=True)
class ClassAccuracy:
    """The number of correctly classified pictures of a class, and of all its pictures.

    Attributes
    ----------
    name : str
    right, examples : int
        Correctly classified test pictures, and all test pictures.
    trained_on : int or None
        Number of training pictures; ``None`` if unknown.
    """

    name: str
    right: int
    examples: int
    trained_on: int | None

    @property
    def share(self) -> float | None:
        """The recall, 0 to 1; ``None`` without pictures."""
        return self.right / self.examples if self.examples else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of the recall (Wilson); ``None`` without pictures."""
        return wilson_interval(self.right, self.examples) if self.examples else None

    def to_json(self) -> dict[str, Any]:
        """Return the fields, the recall and its interval as JSON values."""
        shares = {"recall": self.share, "recall_interval": list(self.interval) if self.interval else None}
        return {"class": self.name, **shares, "test_pictures": self.examples, "training_pictures": self.trained_on}

"""The history of a training, epoch by epoch."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, repr=False)
class Epoch(ShortRepr):
    """One pass over the training pictures.

    Attributes
    ----------
    epoch : int
        Counted from 1.
    learning_rate : float
        Learning rate at the last step.
    train_loss, train_accuracy : float
        Mean over the epoch's batches, measured while the weights were changing.
    validation_loss, validation_accuracy : float or None
        After the epoch, of the averaged weights if weights are averaged; ``None`` without a validation split.
    seconds : float
        Duration of the epoch, validation included.
    loss_name : str
        What both losses are: the recipe's ``loss``. Labels are smoothed in training only.
    metrics : dict of str to float
        The caller's own metrics on the validation pictures, after the epoch.
    """

    epoch: int
    learning_rate: float
    train_loss: float
    train_accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    seconds: float
    loss_name: str = "cross_entropy"
    metrics: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)


def to_lines(history: Sequence[Epoch]) -> bytes:
    """Return the history as JSON Lines, one epoch per line."""
    return "".join(json.dumps(epoch.to_json()) + "\n" for epoch in history).encode()

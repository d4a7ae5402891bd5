"""How long a training will take, judging by its beginning."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.training.display import TrainingDisplay

_FORECAST_PICTURES = 100  # after the first step, that are timed to say how long the training will take
_VALIDATION_COST = 1 / 3  # time of a validation picture, in that of a training picture: it has no backward pass


class TrainingForecast:
    """Announces once how long training will take, judging by the first pictures, or the first epoch if they are few."""

    def __init__(self, pictures: int, validation: int, display: TrainingDisplay, epochs: int) -> None:
        self._work = pictures + validation * _VALIDATION_COST
        self._display, self._epochs = display, epochs
        self._start, self._first, self._announced = 0.0, 0, False

    def update(self, seen: int) -> None:
        """Record that so many pictures were trained on."""
        if not self._first:
            self._start, self._first = time.perf_counter(), seen  # the first step is slower than all others
        elif not self._announced and seen >= self._first + _FORECAST_PICTURES:
            self._announce((time.perf_counter() - self._start) / (seen - self._first) * self._work)

    def finish_epoch(self, seconds: float) -> None:
        """Record how long an epoch has taken."""
        if not self._announced:
            self._announce(seconds)

    def _announce(self, seconds: float) -> None:
        self._announced = True
        self._display.announce(seconds * self._epochs, self._epochs)

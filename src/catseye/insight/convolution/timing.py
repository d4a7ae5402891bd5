"""How many steps a film shows, and for how long."""

from __future__ import annotations

from typing import Any

FILM_STEPS = 60  # unless told
LAST = 3000  # milliseconds of the last frame
_MILLISECONDS, _QUICKER = 1100, 350  # of a frame; of one among many
_MANY = 30  # frames


def milliseconds(frames: int) -> int:
    """Return for how long each of so many frames is shown."""
    return _MILLISECONDS if frames <= _MANY else _QUICKER


def of_all(places: Any, count: int) -> str:
    """Return how many places there are, if only ``count`` of them are shown."""
    return f" shown, of {places.size:,}" if count < places.size else ""

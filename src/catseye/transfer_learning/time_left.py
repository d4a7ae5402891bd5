"""How long extracting features will take, once some have been."""

from __future__ import annotations

import logging

from catseye.system.progress_bar import duration

log = logging.getLogger("catseye")

TOLD_AFTER = 100  # pictures, when we say how long the rest will take
_WORTH_TELLING = 2.0  # seconds


def tell_time_left(left: int, seconds_each: float) -> None:
    """Log how long the pictures that are left will take, if that is worth telling."""
    seconds = left * seconds_each
    if seconds >= _WORTH_TELLING:
        log.info("the other %s pictures take about %s", f"{left:,}", duration(seconds))

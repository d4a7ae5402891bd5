"""The remaining time of feature extraction, estimated from the first pictures."""

from __future__ import annotations

import logging

from catseye.system.progress_bar import duration

log = logging.getLogger("catseye")

TOLD_AFTER = 100  # pictures, when we say how long the rest will take
_WORTH_TELLING = 2.0  # seconds


def tell_time_left(left: int, seconds_each: float) -> None:
    """Log how long the remaining pictures will take, if it is long enough to matter."""
    seconds = left * seconds_each
    if seconds >= _WORTH_TELLING:
        log.info("the other %s pictures take about %s", f"{left:,}", duration(seconds))

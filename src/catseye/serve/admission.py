"""Admission control: how many pictures are accepted, so that all are answered soon."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from catseye.serve.refusal import overloaded, too_many_pictures
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.serve.limits import Limits

_WEIGHT = 0.1  # of the newest picture in the moving average of seconds per picture
_SHORT_WAIT_SECONDS = 0.05
_PEAK_SECONDS = 1.0  # after which a queue that has become shorter may not grow again


class Admission:
    """Counts pictures and bytes in memory, and refuses more at once instead of letting the queue grow.

    With a short queue, nothing is refused. A longer one may form, up to ``limits.wait``, when many requests arrive at
    the same moment, but then it may not grow: one picture is admitted for each one answered. A fixed number of clients
    that wait for a response before the next request (a closed loop) are therefore all served, while independent
    clients that send too many requests (an open loop) meet a queue that remains almost as short as it was.

    Not thread-safe: use it only in the event loop's thread.

    Parameters
    ----------
    limits
    clock
        Returns the time in seconds; never goes back.
    seconds
        Initial estimate of the time per picture.
    cores
        Pictures that can be computed at the same time.
    """

    def __init__(
        self,
        limits: Limits,
        clock: Callable[[], float] = time.monotonic,
        *,
        seconds: float = 0.01,
        cores: int | None = None,
    ) -> None:
        self._limits, self._clock, self._cores = limits, clock, cores or usable_cores()
        self.accepted = self.in_progress = self.held_bytes = 0
        self._seconds_per_picture = seconds
        self._last_finish = -float("inf")
        self._queue_limit = 0  # pictures in a queue that is no longer short; 0: it is short
        self._grows_until = 0.0
        self._peak, self._peak_since = 0, 0.0  # the longest queue of the last second

    @property
    def expected_wait(self) -> float:
        """Seconds until all pictures in progress will be done."""
        return self.in_progress * self._seconds_per_picture

    @property
    def seconds_per_picture(self) -> float:
        """Moving average of the time between two answers under load."""
        return self._seconds_per_picture

    @property
    def max_pictures(self) -> int:
        """Most pictures in one request."""
        return min(self._limits.pictures, self._limits.queue)

    def check(self) -> None:
        """Raise `RefusalError` if one more picture would have to wait too long."""
        if self.accepted >= self._limits.queue or not self._has_room():
            raise overloaded(max(self.expected_wait, self.accepted * self._seconds_per_picture))

    def _has_room(self) -> bool:
        if self.in_progress < self._cores:
            return True  # no waiting
        if self.expected_wait > self._limits.wait:
            return False
        return not self._queue_limit or self.in_progress < self._queue_limit or self._clock() < self._grows_until

    @property
    def _short_wait(self) -> float:
        """Wait in a short queue, in seconds: the time for two pictures per core plus two."""
        return max(_SHORT_WAIT_SECONDS, 2 * (self._cores + 1) * self._seconds_per_picture)

    def admit(self, pictures: int) -> None:
        """Admit the pictures of a request; raise `RefusalError` if there are too many, now or for any request."""
        if pictures > self.max_pictures:
            raise too_many_pictures(self.max_pictures, pictures)
        self.check()
        if self.accepted + pictures > self._limits.queue:
            raise overloaded(self.accepted * self._seconds_per_picture)
        self.accepted += pictures

    def discharge(self, pictures: int) -> None:
        """Stop counting the pictures of an answered request."""
        self.accepted -= pictures

    def hold_bytes(self, count: int) -> None:
        """Count bytes of bodies in memory; raise `RefusalError` if there are too many."""
        if self.held_bytes + count > self._limits.bytes_in_flight:
            raise overloaded(self.expected_wait)
        self.held_bytes += count

    def release_bytes(self, count: int) -> None:
        """Stop counting bytes that are no longer in memory."""
        self.held_bytes -= count

    def begin(self) -> float:
        """Count a picture in progress; return the time at which it began."""
        self.in_progress += 1
        now = self._clock()
        if self.expected_wait > self._short_wait and not self._queue_limit:
            self._grows_until = now + max(_SHORT_WAIT_SECONDS, self._short_wait / 2)
            self._peak, self._peak_since = 0, now
        if self.expected_wait > self._short_wait and (not self._queue_limit or now < self._grows_until):
            self._queue_limit = max(self._queue_limit, self.in_progress)
        self._peak = max(self._peak, self.in_progress)
        return now

    def finish(self, began: float) -> None:
        """Stop counting a picture in progress since ``began``, and update the time per picture."""
        now = self._clock()
        took = now - max(began, self._last_finish)
        # With idle cores, others could have been finished at the same time.
        least = took / self._cores if self.in_progress < self._cores else took
        took = min(max(self._seconds_per_picture, least), took)
        self._last_finish = now
        self._seconds_per_picture += _WEIGHT * (took - self._seconds_per_picture)
        self.abandon()

    def abandon(self) -> None:
        """Stop counting a picture in progress that was not finished."""
        self.in_progress -= 1
        if self.expected_wait <= self._short_wait:
            self._queue_limit = 0
        elif self._clock() - self._peak_since > _PEAK_SECONDS:
            self._queue_limit = min(self._queue_limit, self._peak)
            self._peak, self._peak_since = self.in_progress, self._clock()

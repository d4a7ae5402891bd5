"""How many pictures are let in: no more than are answered soon."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from catseye.serve.refusal import TOO_LARGE, RefusalError, overloaded

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.serve.limits import Limits

_WEIGHT = 0.1  # of the newest picture in the moving average of seconds a picture
_FIRST_GUESS = 0.01  # seconds a picture, until some were answered


class Admission:
    """Counts pictures and bytes in memory, and refuses more at once instead of letting them wait ever longer.

    Used in one thread, the event loop's.

    Parameters
    ----------
    limits
    clock
        Returns seconds that only grow.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits, self._clock = limits, clock
        self.accepted = self.working = self.bytes = 0
        self._seconds_a_picture = _FIRST_GUESS
        self._last_finish = -float("inf")

    @property
    def expected_wait(self) -> float:
        """Seconds until what is being worked on will be done."""
        return self.working * self._seconds_a_picture

    @property
    def seconds_a_picture(self) -> float:
        """Moving average of the time between two answers while pictures wait."""
        return self._seconds_a_picture

    def check(self) -> None:
        """Raise `RefusalError` if a picture more would have to wait too long."""
        if self.accepted >= self._limits.queue or (self.working and self.expected_wait > self._limits.wait):
            raise overloaded(max(self.expected_wait, self.accepted * self._seconds_a_picture))

    def enter(self, pictures: int) -> None:
        """Accept the pictures of one request; raise `RefusalError` if they are too many for now, or for ever."""
        if pictures > min(self._limits.pictures, self._limits.queue):
            most = min(self._limits.pictures, self._limits.queue)
            raise RefusalError(TOO_LARGE, f"A request may hold {most} pictures; this one has {pictures}.")
        self.check()
        if self.accepted + pictures > self._limits.queue:
            raise overloaded(self.accepted * self._seconds_a_picture)
        self.accepted += pictures

    def leave(self, pictures: int) -> None:
        """Forget the pictures of a request that was answered."""
        self.accepted -= pictures

    def hold(self, count: int) -> None:
        """Count bytes of bodies in memory; raise `RefusalError` if they are too many."""
        if self.bytes + count > self._limits.bytes_in_flight:
            raise overloaded(self.expected_wait)
        self.bytes += count

    def release(self, count: int) -> None:
        """Forget bytes that are not in memory any more."""
        self.bytes -= count

    def begin(self) -> float:
        """Count a picture that is being worked on; return when that began."""
        self.working += 1
        return self._clock()

    def finish(self, began: float) -> None:
        """Forget a picture that was being worked on since ``began``, and learn how long one takes."""
        now = self._clock()
        self.working -= 1
        took = now - max(began, self._last_finish)
        self._last_finish = now
        self._seconds_a_picture += _WEIGHT * (took - self._seconds_a_picture)

    def give_up(self) -> None:
        """Forget a picture that was not finished."""
        self.working -= 1

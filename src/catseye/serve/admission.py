"""How many pictures are accepted: no more than can be answered soon."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from catseye.serve.refusal import overloaded, too_many_pictures
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.serve.limits import Limits

_WEIGHT = 0.1  # of the newest picture in the moving average of seconds a picture
_SHORT_WAIT = 0.05  # seconds
_MEMORY = 1.0  # seconds after which a queue that became shorter may not grow again


class Admission:
    """Counts pictures and bytes in memory, and refuses more at once instead of letting them wait ever longer.

    A short queue is no reason to refuse anybody. A longer one may form, up to ``limits.wait``, where many ask at
    the same moment, but then it may not grow: each picture is let in for one that was answered. A fixed number of
    clients that wait for their answers before they ask again are therefore all served, while clients that come whether
    others are answered or not, and too often, meet a queue that remains almost as short as it was.

    Used in one thread, the event loop's.

    Parameters
    ----------
    limits
    clock
        Returns seconds that only grow.
    seconds
        That a picture takes, until more is known.
    cores
        Pictures that can be in work at the same time.
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
        self.accepted = self.working = self.bytes = 0
        self._seconds_a_picture = seconds
        self._last_finish = -float("inf")
        self._longest = 0  # pictures that a queue may have that is no longer short; 0: it is short
        self._grows_until = 0.0
        self._recent, self._recent_since = 0, 0.0  # the longest queue of the last second

    @property
    def expected_wait(self) -> float:
        """Seconds until what is being worked on will be done."""
        return self.working * self._seconds_a_picture

    @property
    def seconds_a_picture(self) -> float:
        """Moving average of the time between two answers while pictures wait."""
        return self._seconds_a_picture

    @property
    def most_pictures(self) -> int:
        """Pictures that one request may hold."""
        return min(self._limits.pictures, self._limits.queue)

    def check(self) -> None:
        """Raise `RefusalError` if one more picture would have to wait too long."""
        if self.accepted >= self._limits.queue or not self._has_room():
            raise overloaded(max(self.expected_wait, self.accepted * self._seconds_a_picture))

    def _has_room(self) -> bool:
        if self.working < self._cores:
            return True  # it need not wait
        if self.expected_wait > self._limits.wait:
            return False
        return not self._longest or self.working < self._longest or self._clock() < self._grows_until

    @property
    def _short_wait(self) -> float:
        """Seconds that any picture may have to wait: as long as two pictures a core and two more take."""
        return max(_SHORT_WAIT, 2 * (self._cores + 1) * self._seconds_a_picture)

    def enter(self, pictures: int) -> None:
        """Accept the pictures of one request; raise `RefusalError` if they are too many now, or at any time."""
        if pictures > self.most_pictures:
            raise too_many_pictures(self.most_pictures, pictures)
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
        """Forget bytes that are no longer in memory."""
        self.bytes -= count

    def begin(self) -> float:
        """Count a picture that is being worked on; return when that began."""
        self.working += 1
        now = self._clock()
        if self.expected_wait > self._short_wait and not self._longest:
            self._grows_until = now + max(_SHORT_WAIT, self._short_wait / 2)
            self._recent, self._recent_since = 0, now
        if self.expected_wait > self._short_wait and (not self._longest or now < self._grows_until):
            self._longest = max(self._longest, self.working)
        self._recent = max(self._recent, self.working)
        return now

    def finish(self, began: float) -> None:
        """Forget a picture that was being worked on since ``began``, and learn how long one takes."""
        now = self._clock()
        took = now - max(began, self._last_finish)
        # With cores to spare, others could have been finished at the same time.
        least = took / self._cores if self.working < self._cores else took
        took = min(max(self._seconds_a_picture, least), took)
        self._last_finish = now
        self._seconds_a_picture += _WEIGHT * (took - self._seconds_a_picture)
        self.give_up()

    def give_up(self) -> None:
        """Forget a picture that was not finished."""
        self.working -= 1
        if self.expected_wait <= self._short_wait:
            self._longest = 0
        elif self._clock() - self._recent_since > _MEMORY:
            self._longest = min(self._longest, self._recent)
            self._recent, self._recent_since = self.working, self._clock()

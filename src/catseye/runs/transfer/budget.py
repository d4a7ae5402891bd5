"""The time that a search may take."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SMALL, BEST = "small", "best"
SIZES = (SMALL, BEST)


@dataclass(frozen=True)
class Budget:
    """What bounds a search.

    Attributes
    ----------
    seconds : float
        For the whole transfer; 0: no limit.
    size : str
        ``"small"``: nothing costlier than the default; ``"best"``: everything.
    start : float
        When the transfer began, as ``clock`` says.
    clock : callable
        Returns the seconds since some moment.
    """

    seconds: float
    size: str
    start: float
    clock: Callable[[], float] = time.perf_counter

    @property
    def spent(self) -> float:
        """Seconds since the transfer began."""
        return self.clock() - self.start

    @property
    def left(self) -> float:
        """Seconds that are left; infinite without a limit, negative behind it."""
        return self.seconds - self.spent if self.seconds else math.inf

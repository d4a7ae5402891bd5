"""Memory that is kept between training steps instead of being given back and asked for again."""

from __future__ import annotations

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # glibc's malloc.h
_BYTES = 2**30


def keep_memory() -> None:
    """Tell glibc to keep what a step frees, for the next one.

    By default blocks of a few megabytes go back to the system at once, and every step pays for them with page
    faults: measured as a quarter to a half of the time of small networks. Elsewhere than on glibc nothing happens.
    """
    if sys.platform != "linux":
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library than glibc
        return
    mallopt(_MMAP_THRESHOLD, _BYTES)
    mallopt(_TRIM_THRESHOLD, _BYTES)

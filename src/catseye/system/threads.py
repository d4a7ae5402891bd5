"""Work that releases the interpreter's lock (decoding, hashing), done on every core that we may use."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

_AHEAD = 4  # items per core

T = TypeVar("T")
R = TypeVar("R")


def usable_cores() -> int:
    """Return how many cores this process may use, which in a container can be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(usable_cores(), thread_name_prefix="catseye")


def map_ahead(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Yield ``function(item)`` for every item, in their order, a few of them computed before they are asked for.

    Unlike with :func:`map_threads`, results do not pile up when whoever takes them is slow.
    """
    coming: deque[Future[R]] = deque()
    try:
        for item in items:
            coming.append(_pool().submit(function, item))
            if len(coming) >= _AHEAD * usable_cores():
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
    finally:
        for future in coming:
            future.cancel()


def map_threads(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Yield ``function(item)`` for every item, in their order, computed by several threads."""
    return _pool().map(function, items)

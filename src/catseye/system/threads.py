"""Work that releases the interpreter's lock (decoding, hashing), done on every core that we may use."""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import TYPE_CHECKING, TypeVar

from catseye.system.forks import after_fork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

_AHEAD = 4  # items per core

T = TypeVar("T")
R = TypeVar("R")


def usable_cores() -> int:
    """Return how many cores this process may use, which in a container can be fewer than there are."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(usable_cores(), thread_name_prefix="catseye")


after_fork(_pool.cache_clear)  # a child has none of these threads: whoever handed them work would wait for ever


def limit_threads(count: int) -> AbstractContextManager[object]:
    """Let PyTorch split the calling thread's computation among ``count`` threads; other threads are not affected.

    The limit takes effect at once, and lasts until the end of a ``with`` block if there is one.
    """
    import torch
    from threadpoolctl import threadpool_limits

    torch.get_num_threads()  # PyTorch chooses a thread's number once, which would undo the next line
    limit: AbstractContextManager[object] = threadpool_limits(count, "openmp")
    return limit


def map_ahead(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Yield ``function(item)`` for every item, in their order, a few of them computed before they are asked for.

    Unlike with :func:`map_threads`, results do not pile up when whoever takes them is slow.
    """
    coming: deque[Future[R]] = deque()
    try:
        for item in items:
            coming.append(_pool().submit(_alone, function, item))
            if len(coming) >= _AHEAD * usable_cores():
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
    finally:
        for future in coming:
            future.cancel()


def map_threads(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Yield ``function(item)`` for every item, in their order, computed by several threads."""
    return _pool().map(partial(_alone, function), items)


_thread = threading.local()


def _alone(function: Callable[[T], R], item: T) -> R:
    """Return ``function(item)``, computed by this pool thread alone, because the others have items of their own."""
    if "torch" in sys.modules and not hasattr(_thread, "limited"):
        _thread.limited = limit_threads(1)  # for as long as the thread lives
    return function(item)

"""How OpenMP's threads wait for one another: spinning on an idle machine, asleep on a busy one.

PyTorch's threads (GNU's libgomp) spin for some milliseconds before they sleep. That is fastest if each has a core of
its own. Beside other programs, they use up time slices that they need a moment later, and training takes several times
as long. The number of spins is fixed when libgomp is loaded, but drops to almost none while the process has more
OpenMP threads than cores. Threads that only sleep are enough for that.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.system.forks import new_lock
from catseye.system.threads import limit_threads, usable_cores

if TYPE_CHECKING:
    from collections.abc import Iterator

_PERIOD = 0.25  # seconds between two looks at the load
# Seconds per second that our threads, all together, waited for a core. For an epoch on Fashion-MNIST on two cores: 0.01
# alone (nine of ten looks below 0.04); beside two busy programs 1.0 while they spin and 0.7 while they sleep.
_BUSY, _IDLE = 0.2, 0.05
_TASKS = Path("/proc/self/task")
_LOOP_ITEMS = 2**16  # values per thread, so that PyTorch gives each of them a part

_watched = new_lock()  # held by whoever watches: one is enough for the process


@contextmanager
def follow_load() -> Iterator[None]:
    """While the block runs, make OpenMP's threads sleep when they wait, if the machine is busy.

    Results do not depend on it. Where the system does not count waiting times (all but Linux), or the user has chosen
    a policy (``OMP_WAIT_POLICY``, ``GOMP_SPINCOUNT``), nothing happens.
    """
    chosen = "OMP_WAIT_POLICY" in os.environ or "GOMP_SPINCOUNT" in os.environ
    if chosen or _waited() is None or not _watched.acquire(blocking=False):
        yield
        return
    done = threading.Event()
    watch = threading.Thread(target=_watch, args=(done,), name="catseye-load", daemon=True)
    try:
        watch.start()
        yield
    finally:
        done.set()
        watch.join()
        _watched.release()


def _watch(done: threading.Event) -> None:
    """Follow the load until ``done`` is set."""
    calm: threading.Event | None = None  # ends the present crowd
    before = _waited() or 0.0
    while not done.wait(_PERIOD):
        now = _waited() or 0.0
        share, before = (now - before) / _PERIOD, now
        if calm is None and share > _BUSY:
            calm = threading.Event()
            threading.Thread(target=_crowd, args=(calm,), name="catseye-crowd", daemon=True).start()
        elif calm and share < _IDLE:
            calm.set()
            calm = None
    if calm:
        calm.set()


def _waited() -> float | None:
    """Return for how many seconds the threads of this process have waited for a core; ``None`` if it is not counted."""
    waited = []
    try:
        tasks = list(_TASKS.iterdir())
    except OSError:
        return None
    for task in tasks:
        try:
            waited.append(int((task / "schedstat").read_text().split()[1]))
        except (OSError, ValueError, IndexError):  # the thread has just ended, or the kernel does not count
            continue
    return sum(waited) / 1e9 if waited else None


def _crowd(calm: threading.Event) -> None:
    """Have more OpenMP threads than cores, all asleep, until ``calm`` is set; with this thread they end."""
    import torch

    crowd = usable_cores() + 1
    with limit_threads(crowd):
        torch.zeros(crowd * _LOOP_ITEMS).add_(1)  # a loop that is divided between the threads
        calm.wait()

"""What a forked child needs, since it has none of its parent's threads."""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_CORE = "torch._C"  # PyTorch's compiled part; not imported for this
_SOFT = 1  # omp_pause_soft, of OpenMP 5.0: end the threads, keep all settings


def after_fork(restore: Callable[[], object]) -> None:
    """Call ``restore`` in every forked child, if the system has fork."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=restore)


def new_lock() -> threading.Lock:
    """Return a lock that a forked child finds free: the thread that held it in the parent cannot release it there."""
    lock = threading.Lock()
    after_fork(lock._at_fork_reinit)  # type: ignore[attr-defined]
    return lock


class _Team:
    """The threads that PyTorch computes with, which GNU's OpenMP keeps between computations.

    A child assumes that it has them too, gives them work and waits for ever. They are therefore ended before a fork;
    parent and child start new ones for their next computation, which takes about 0.1 ms. The number of threads, and
    with it the last digits of results, stays the same.
    """

    def __init__(self) -> None:
        self._ended = False

    def end(self) -> None:
        """End the threads, in the parent before it forks."""
        core = sys.modules.get(_CORE)
        try:
            # Whichever OpenMP this PyTorch was built with: the name is also looked up in the libraries it needs.
            self._ended = core is None or ctypes.CDLL(core.__file__).omp_pause_resource_all(_SOFT) == 0
        except (OSError, AttributeError):
            self._ended = False

    def forget(self) -> None:
        """Continue in the parent, whose next fork may be one that Python does not announce."""
        self._ended = False

    def restore(self) -> None:
        """Compute with one thread in a child whose parent could not end its threads, or forked behind Python's back."""
        core = sys.modules.get(_CORE)
        if core and not self._ended:
            core.set_num_threads(1)
        self._ended = False


if hasattr(os, "register_at_fork"):
    _team = _Team()
    os.register_at_fork(before=_team.end, after_in_parent=_team.forget, after_in_child=_team.restore)

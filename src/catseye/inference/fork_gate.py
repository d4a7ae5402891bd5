"""Forks while networks are compiled: they are let go of before, and loaded again after, in parent and child.

A compiled network has threads, of which a forked child has none: it would give them work and wait for ever, also when
it ends. As PyTorch's are (`catseye.system.forks`), they are therefore ended before a fork. A thread that computes then
pauses as soon as the pictures under way are done; if that takes too long, the child does without OpenVINO, as does one
whose fork Python was not told of.
"""

from __future__ import annotations

import ctypes
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

from catseye.inference import openvino_plugin

if TYPE_CHECKING:
    from collections.abc import Iterator

_PATIENCE = 1.0  # seconds


class Loaded(Protocol):
    """Something that holds a compiled network, and can load it again."""

    def compiled(self) -> list[Any]:
        """Return what is loaded."""

    def release(self) -> None:
        """Let go of it."""


class _Gate:
    """Counts what is being computed, and stops more from beginning while there is a fork."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._using: dict[int, int] = {}  # by thread
        self._forking = self._released = False
        self._loaded: WeakSet[Any] = WeakSet()

    def add(self, loaded: Loaded) -> None:
        """Let go of a compiled network before each fork from now on."""
        with self._changed:
            self._loaded.add(loaded)

    @contextmanager
    def use(self) -> Iterator[None]:
        """Compute in the block, which a fork in another thread waits for."""
        own = threading.get_ident()
        with self._changed:
            self._changed.wait_for(lambda: not self._forking or own in self._using)
            self._using[own] = self._using.get(own, 0) + 1
        try:
            yield
        finally:
            with self._changed:
                self._using[own] = self._using.get(own, 1) - 1
                if not self._using[own]:
                    del self._using[own]
                self._changed.notify_all()

    @property
    def is_closing(self) -> bool:
        """Whether a fork waits for what is being computed."""
        return self._forking

    def pause(self) -> None:
        """Let a fork happen in the middle of a :meth:`use`, of which nothing compiled may be held then."""
        own = threading.get_ident()
        with self._changed:
            count = self._using.pop(own)
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._forking)
            self._using[own] = count

    def close(self) -> None:
        """Let go of everything, in the parent before it forks."""
        self._changed.acquire()
        self._forking = True
        if threading.get_ident() not in self._using:
            self._changed.wait_for(lambda: not self._using, _PATIENCE)
        self._released = not self._using
        if self._released:
            for loaded in list(self._loaded):
                loaded.release()
            openvino_plugin.end_threads()

    def open(self) -> None:
        """Go on in the parent, whose next fork may be one that Python does not announce."""
        self._forking = self._released = False
        self._changed.notify_all()
        self._changed.release()

    def open_in_child(self) -> None:
        """Go on in the child."""
        released, loaded = self._released, list(self._loaded)
        self.__init__()  # type: ignore[misc]  # a lock held by a thread that is not here is never released
        if released:
            openvino_plugin.forget_loading()
            return
        for each in loaded:
            for compiled in each.compiled():  # never freed, since that would wait for its threads
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(compiled))


gate = _Gate()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=gate.close, after_in_parent=gate.open, after_in_child=gate.open_in_child)

"""Pictures that were decoded when their files were first looked into, for whoever needs them next."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.arrays import Pixels
    from catseye.images.preprocess import Preprocess

_MOST_BYTES = 160 * 2**20  # about a thousand pictures of 224 × 224


class DecodedAhead:
    """Pixels by the SHA-256 of their files, up to a limit of memory; may be used by several threads at once.

    Parameters
    ----------
    preprocess
        Through which the pictures go.
    """

    def __init__(self, preprocess: Preprocess) -> None:
        self.preprocess = preprocess
        self._pixels: dict[str, Pixels] = {}
        self._bytes = 0
        self._lock = threading.Lock()
        self._known = threading.Event()

    @property
    def is_full(self) -> bool:
        """Whether no more pictures are taken."""
        return self._bytes >= _MOST_BYTES

    @property
    def is_empty(self) -> bool:
        """Whether no picture is kept."""
        return not self._bytes

    def wait_for_first(self) -> bool:
        """Wait until a picture is kept, and return ``True``, or until :meth:`end`, and return ``False``."""
        self._known.wait()
        return not self.is_empty

    def end(self) -> None:
        """Say that no more pictures come."""
        self._known.set()

    def put(self, digest: str, picture: Pixels) -> None:
        """Keep a picture uint8 (H, W, C), resized and cropped."""
        pixels = self.preprocess.pixels(picture)
        with self._lock:
            if digest not in self._pixels and not self.is_full:
                self._pixels[digest] = pixels
                self._bytes += pixels.nbytes
        self._known.set()

    def take(self, digest: str, preprocess: Preprocess) -> Pixels | None:
        """Return the pixels uint8 (C, H, W) of a picture and forget them; ``None`` if they are not there."""
        if _resizing(preprocess) != _resizing(self.preprocess):
            return None
        with self._lock:
            pixels = self._pixels.pop(digest, None)
            self._bytes -= 0 if pixels is None else pixels.nbytes
        return pixels


_ahead: ContextVar[DecodedAhead | None] = ContextVar("ahead", default=None)


@contextmanager
def decoding_ahead(preprocess: Preprocess | None) -> Iterator[DecodedAhead | None]:
    """Keep what is decoded in the block, by this thread's calls, for later; without a preprocess nothing is kept."""
    ahead = DecodedAhead(preprocess) if preprocess else None
    token = _ahead.set(ahead)
    try:
        yield ahead
    finally:
        _ahead.reset(token)


def current_ahead() -> DecodedAhead | None:
    """Return where pictures are kept that are decoded now, if they are."""
    return _ahead.get()


def _resizing(preprocess: Preprocess) -> Preprocess:
    """Return the part of a preprocess that pixels depend on."""
    nothing = (0.0,) * preprocess.channels
    return replace(preprocess, mean=nothing, std=(1.0,) * preprocess.channels)

"""Pictures that were decoded when their files were first looked into, for whoever needs them next."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from catseye.arrays import Pixels
    from catseye.images.preprocess import Preprocess

_MOST_BYTES = 160 * 2**20  # about a thousand pictures of 224 × 224


class DecodedAhead:
    """Pixels by the SHA-256 of their files, up to a limit of memory; may be used by several threads at once.

    Once it is full, it takes no more pictures, unless someone takes them out as they come: see :meth:`drain`.

    Parameters
    ----------
    preprocess
        Through which the pictures go.

    Attributes
    ----------
    expected : int
        Number of files that are checked.
    is_drained : bool
        Whether pictures are taken out as they come.
    """

    def __init__(self, preprocess: Preprocess) -> None:
        self.preprocess = preprocess
        self.expected, self.is_drained = 0, False
        self._pixels: dict[str, Pixels] = {}  # in the order in which they came
        self._bytes = self._bytes_for_later = 0
        self._files_for_later: frozenset[Path] = frozenset()
        self._for_later: set[str] = set()
        self._changed = threading.Condition()
        self._has_ended = False

    @property
    def is_full(self) -> bool:
        """Whether no more pictures fit."""
        return self._bytes >= _MOST_BYTES

    @property
    def is_empty(self) -> bool:
        """Whether no picture is kept."""
        return not self._bytes

    def keep_for_later(self, files: Iterable[Path]) -> None:
        """Name pictures that are to be kept for later; they get half of the memory."""
        self._files_for_later = frozenset(files)

    def wants(self, file: Path) -> bool:
        """Say whether to decode a file for it."""
        if file in self._files_for_later:
            return not self.is_full and self._bytes_for_later < _MOST_BYTES // 2
        return not self.is_full or self.is_drained

    def wait_for_first(self) -> bool:
        """Wait until a picture is kept, and return ``True``, or until :meth:`end`, and return ``False``."""
        with self._changed:
            self._changed.wait_for(lambda: self._bytes or self._has_ended)
            return not self.is_empty

    def wait_until_full(self) -> bool:
        """Wait until it is full, and return ``True``, or until :meth:`end`, and return ``False``."""
        with self._changed:
            self._changed.wait_for(lambda: self.is_full or self._has_ended)
            return not self._has_ended

    def end(self) -> None:
        """Say that no more pictures come."""
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()

    def put(self, digest: str, picture: Pixels, file: Path) -> None:
        """Keep a picture uint8 (H, W, C), resized and cropped; while pictures are taken out, wait for room."""
        pixels, for_later = self.preprocess.pixels(picture), file in self._files_for_later
        with self._changed:
            if not for_later:
                self._changed.wait_for(lambda: not (self.is_full and self.is_drained))
            if digest in self._pixels or self.is_full:
                return
            self._pixels[digest] = pixels
            self._bytes += pixels.nbytes
            if for_later:
                self._for_later.add(digest)
                self._bytes_for_later += pixels.nbytes
            self._changed.notify_all()

    def take(self, digest: str, preprocess: Preprocess) -> Pixels | None:
        """Return the pixels uint8 (C, H, W) of a picture and forget them; ``None`` if they are not there."""
        if _resizing(preprocess) != _resizing(self.preprocess):
            return None
        with self._changed:
            return self._remove(digest) if digest in self._pixels else None

    def drain(self, most: int, *, everything: bool) -> Generator[dict[str, Pixels], None, None]:
        """Yield pixels by digest as they come, up to ``most`` pictures at a time, until :meth:`end`.

        Parameters
        ----------
        most
        everything
            Those that were to be kept for later, too.
        """
        if everything:
            self._files_for_later, self._for_later, self._bytes_for_later = frozenset(), set(), 0
        self.is_drained = True
        try:
            while some := self._next(most):
                yield some
        finally:
            with self._changed:
                self.is_drained = False
                self._changed.notify_all()

    def _next(self, most: int) -> dict[str, Pixels]:
        """Return the pictures that came first; none once there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._has_ended or len(self._pixels) > len(self._for_later))
            if self._has_ended:
                return {}  # the others are drained
            coming = (digest for digest in self._pixels if digest not in self._for_later)
            return {digest: self._remove(digest) for digest in list(islice(coming, most))}

    def _remove(self, digest: str) -> Pixels:
        pixels = self._pixels.pop(digest)
        self._bytes -= pixels.nbytes
        if digest in self._for_later:
            self._for_later.remove(digest)
            self._bytes_for_later -= pixels.nbytes
        self._changed.notify_all()
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

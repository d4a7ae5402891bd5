"""Streams that may be closed, full, or no longer read by anyone."""

from __future__ import annotations

import io
import sys
from contextlib import suppress
from typing import Any, TextIO, cast


class LossyStream:
    """Writes what a stream accepts; the rest is dropped without an error, and everything if there is no stream."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream

    @property
    def encoding(self) -> str:
        """The stream's encoding."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write ``text`` if possible; return its length in any case."""
        if self._stream is not None:
            with suppress(OSError, ValueError):  # full, no reader; closed
                self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Flush the buffer if possible."""
        if self._stream is not None:
            with suppress(OSError, ValueError):
                self._stream.flush()

    def isatty(self) -> bool:
        """Say whether the stream is a terminal."""
        try:
            return self._stream is not None and self._stream.isatty()
        except (OSError, ValueError):
            return False

    def fileno(self) -> int:
        """Return the stream's descriptor; raise `io.UnsupportedOperation`, an `OSError`, if it has none."""
        if self._stream is None:
            raise io.UnsupportedOperation("there is no stream")
        return self._stream.fileno()

    def __getattr__(self, name: str) -> Any:
        """Return other attributes of the stream, such as its buffer."""
        return getattr(self._stream, name)


def lossy_stderr() -> TextIO:
    """Return stderr for progress and remarks, whose failure must not stop any work."""
    return cast("TextIO", LossyStream(sys.stderr))

"""The standard streams of the command, which may be closed, full, or no longer read."""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO, cast

from catseye.errors import CatseyeError, first_line
from catseye.system.streams import LossyStream, lossy_stderr

if TYPE_CHECKING:
    from collections.abc import Iterator

_STANDARD = (0, 1, 2)


def open_closed_descriptors() -> None:
    """Open the null device in place of closed standard streams.

    Otherwise the next opened file gets their number, and receives what a library writes to stderr.
    """
    for descriptor in _STANDARD:
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one


class Output(LossyStream):
    """Stdout, the purpose of the command: a failure to write it is a `CatseyeError`."""

    def write(self, text: str) -> int:
        """Write ``text``; raise `CatseyeError` if that fails, `BrokenPipeError` if nobody reads any more."""
        with _in_our_words():
            return self._stream.write(text) if self._stream else len(text)

    def flush(self) -> None:
        """Flush the buffer; raise as :meth:`write` does."""
        with _in_our_words():
            if self._stream:
                self._stream.flush()


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CatseyeError(f"the output cannot be written: {error.strerror or first_line(error)}.") from error


@contextmanager
def standard_streams() -> Iterator[None]:
    """While the block runs, let stdout accept any character, and stderr drop what it cannot write.

    Nothing is written to a closed stdout; that is not an error, as nobody wants the output.
    """
    before = sys.stdout, sys.stderr
    for stream in before:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may not support every letter of a name
    sys.stdout, sys.stderr = cast("TextIO", Output(sys.stdout)), lossy_stderr()
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        for stream in before:
            _empty(stream)


def _empty(stream: TextIO | None) -> None:
    """Empty a stream's buffer, if necessary into the null device: Python's own attempt would change the exit status."""
    if stream is None:
        return
    try:
        stream.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, stream.fileno())
            os.close(null)

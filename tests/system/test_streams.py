"""Streams that take nothing."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from catseye.system.streams import LossyStream, lossy_stderr

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no /dev/full")
def test_what_a_full_stream_does_not_take_is_lost() -> None:
    full = FULL.open("w", buffering=1)
    stream = LossyStream(full)
    assert stream.write("one\n") == 4
    stream.flush()
    assert not stream.isatty()
    with pytest.raises(OSError, match="No space left"):  # what a stream does that loses nothing
        full.close()


def test_so_is_what_is_written_to_a_closed_stream_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    for gone in (closed, None):
        monkeypatch.setattr("sys.stderr", gone)
        stream = lossy_stderr()
        print("epoch 1", file=stream, flush=True)
        assert not stream.isatty()
        assert stream.encoding == "utf-8"
        with pytest.raises(io.UnsupportedOperation):
            stream.fileno()


def test_a_stream_that_takes_all_gets_all() -> None:
    taken = io.StringIO()
    print("epoch 1", file=LossyStream(taken))
    assert taken.getvalue() == "epoch 1\n"

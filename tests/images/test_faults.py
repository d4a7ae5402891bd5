"""Reasons are for people: no codes, no words of a decoder."""

from __future__ import annotations

import struct

import pytest

from catseye.images.faults import TRUNCATED, explain


@pytest.mark.parametrize(
    ("error", "kind", "content", "says"),
    [
        (OSError("image file is truncated (12 bytes not processed)"), "JPEG", b"", TRUNCATED),
        (OSError("Truncated File Read"), "JPEG", b"", TRUNCATED),
        (EOFError(), "TIFF", b"", TRUNCATED),
        (struct.error("unpack requires a buffer of 4 bytes"), "GIF", b"", TRUNCATED),
        (OSError("could not create decoder object"), "WEBP", b"RIFF\xff\0\0\0WEBP", TRUNCATED),
        (
            OSError("could not create decoder object"),
            "WEBP",
            b"RIFF\4\0\0\0WEBP",
            "a kind of WebP that is not supported",
        ),
        (OSError("broken data stream when reading image file"), "PNG", b"\x89PNG" + bytes(99), TRUNCATED),
        (OSError("broken data stream"), "JPEG2000", b"\0\0\0\x0cjP  " + bytes(4), "is damaged, or a kind of JPEG 2000"),
        (OSError("broken data stream"), "JPEG2000", b"\0\0\0\x0cjP  ", TRUNCATED),
        (OSError("decoder error -2"), "TIFF", b"II", "is damaged, or a kind of TIFF that is not supported"),
        (
            SyntaxError("image file could not be opened because AVIF support not installed"),
            "AVIF",
            b"",
            "built without",
        ),
        (MemoryError(), "PNG", b"", "needs more memory than is available"),
        (ValueError("conversion from X to Y not supported"), "", b"", "conversion from x to y not supported"),
    ],
)
def test_every_error_has_plain_words(error: Exception, kind: str, content: bytes, says: str) -> None:
    assert says in explain(error, kind, content)

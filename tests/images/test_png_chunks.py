"""What a PNG file says beside its picture is read, and left out where it is damaged."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from catseye.images.png_chunks import read_depth, read_significant_bits, without_extras


def png(**texts: str) -> bytes:
    info = PngInfo()
    for key, value in texts.items():
        info.add_text(key, value, zip=len(value) > 100)
    buffer = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def test_an_intact_file_is_the_same_afterwards() -> None:
    content = png(author="me", comment="x" * 2000)
    assert without_extras(content) == content
    assert read_depth(content) == 8
    assert read_significant_bits(content) == 0


def test_only_what_is_damaged_or_swollen_goes() -> None:
    content = png(author="me", comment="x" * 3 * 2**20)
    left = without_extras(content)
    assert b"author" in left
    assert b"comment" not in left
    assert left[-12:] == content[-12:]
    spoilt = png(author="me").replace(b"author\0me", b"author\0we")  # the checksum does not fit any more
    assert b"author" not in without_extras(spoilt)


@pytest.mark.parametrize("length", [0, 8, 20, 24, 40, 60])
def test_a_file_that_is_cut_off_is_left_for_the_decoder(length: int) -> None:
    content = png(author="me")[:length]
    assert without_extras(content) == content
    assert read_significant_bits(content) == 0
    assert read_depth(content) in (0, 8)

"""Files are opened without a warning, a line from a C library or a change to Pillow; the largest JPEGs are reduced."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from catseye.errors import PictureError
from catseye.images import decoding, opening
from catseye.images.decoding import decode
from catseye.images.jpeg_size import LARGEST_PIXELS, jpeg_scale
from catseye.images.opening import open_picture, read_orientation

if TYPE_CHECKING:
    from pathlib import Path

NOISE = Image.effect_noise((64, 48), 60)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("size", "at_least", "scale"),
    [
        ((4000, 3000), 0, 1),
        ((4000, 3000), 300, 8),
        ((4000, 3000), 500, 4),
        ((12_000, 9_000), 0, 2),
        ((16_320, 12_240), 0, 2),
        ((18_900, 18_900), 0, 2),
        ((12_000, 9_000), 224, 8),
    ],
)
def test_a_jpeg_is_divided_as_far_as_it_may_and_must(size: tuple[int, int], at_least: int, scale: int) -> None:
    assert jpeg_scale(*size, at_least) == scale
    assert size[0] * size[1] <= LARGEST_PIXELS * scale**2


def test_a_jpeg_of_more_pixels_than_are_decoded_is_reduced(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With a smaller limit, so that no test needs 200 million pixels."""
    monkeypatch.setattr(opening, "LARGEST_PIXELS", 1000)
    monkeypatch.setattr(opening, "LARGEST_JPEG_PIXELS", 4000)
    monkeypatch.setattr(decoding, "LARGEST_PIXELS", 1000)
    monkeypatch.setattr(
        decoding, "jpeg_scale", lambda width, height, at_least: jpeg_scale(width, height, at_least, 1000)
    )
    content = saved(NOISE, "JPEG")
    assert decode(content).size == (32, 24)
    (tmp_path / "1.jpg").write_bytes(saved(NOISE.convert("RGB"), "JPEG"))
    assert decoding.decode_array(tmp_path / "1.jpg").shape == (24, 32, 3)
    for larger in (saved(NOISE, "PNG"), saved(NOISE, "JPEG", progressive=True), saved(NOISE.resize((80, 60)), "JPEG")):
        with pytest.raises(PictureError, match="claims too many pixels; at most"):
            decode(larger)
    with pytest.raises(PictureError, match="claims too many pixels"):
        decode(Image.open(io.BytesIO(content)))  # the caller's image is not changed


def test_a_jpeg_of_108_million_pixels_is_no_bomb_but_one_of_4_thousand_million_is() -> None:
    content = bytearray(saved(NOISE.convert("RGB"), "JPEG"))
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 4] = struct.pack(">HH", 9000, 12_000)
    assert open_picture(bytes(content), "").size == (12_000, 9000)
    content[place : place + 4] = b"\xff" * 4
    with pytest.raises(PictureError, match="claims too many pixels; at most 357,913,940 are decoded"):
        open_picture(bytes(content), "")


@pytest.mark.parametrize("size", [(89_478_485, 1), (1, 89_478_485)])
def test_a_picture_with_a_side_that_pillow_cannot_copy_says_so(size: tuple[int, int]) -> None:
    with pytest.raises(PictureError, match=r"a side has at most 67,108,856 pixels"):
        decode(Image.new("L", size))


def test_a_picture_without_pixels_says_so() -> None:
    with pytest.raises(PictureError, match="has no pixels: it is 0×5"):
        decode(Image.new("RGB", (0, 5)))


def _without_last_tag(content: bytes) -> bytes:
    """Return a TIFF file of which one tag lies outside the file."""
    directory = int.from_bytes(content[4:8], "little")
    count = int.from_bytes(content[directory : directory + 2], "little")
    spoilt = bytearray(content)
    last = directory + 2 + 12 * (count - 1)
    spoilt[last + 4 : last + 12] = struct.pack("<II", 1000, len(content))
    return bytes(spoilt)


def test_damaged_tags_warn_of_nothing_and_cost_nothing() -> None:
    exif = b"Exif\0\0II*\0\x08\0\0\0\x03\0" + struct.pack("<HHII", 0x010F, 2, 900, 900) * 3 + bytes(4)
    described = saved(NOISE, "TIFF", software="x" * 20)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for content in (
            saved(NOISE.convert("RGB"), "JPEG", exif=exif),
            saved(NOISE, "PNG", exif=exif),
            saved(NOISE, "WEBP", exif=exif),
            _without_last_tag(described),
        ):
            assert decode(content).size == NOISE.size


def test_no_filter_is_set_on_import_or_use() -> None:
    program = (
        "import warnings, numpy, PIL.Image; before = list(warnings.filters); import catseye.images.decoding as d; "
        "d.decode(PIL.Image.new('L', (3, 3))); assert list(warnings.filters) == before"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_deflate", "jpeg"])
def test_libtiff_does_not_write_to_the_terminal(compression: str, capfd: pytest.CaptureFixture[str]) -> None:
    content = bytearray(saved(NOISE, "TIFF", compression=compression))
    content[8:300] = b"\xa5" * 292
    with pytest.raises(PictureError) as caught:
        decode(bytes(content))
    assert caught.value.reason == "is damaged, or a kind of TIFF that is not supported"
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("kind", ["AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP"])
@pytest.mark.parametrize("part", [0.5, 0.9])
def test_a_file_without_its_end_says_so(kind: str, part: float) -> None:
    content = saved(NOISE, kind)
    with pytest.raises(PictureError) as caught:
        decode(content[: int(len(content) * part)])
    assert caught.value.reason == "is truncated: its end is missing; download or copy the file again"


@pytest.mark.parametrize("kind", ["AVIF", "JPEG", "JPEG2000", "PNG", "WEBP"])
def test_a_damaged_file_has_a_reason_without_a_decoders_words(kind: str) -> None:
    known = "is damaged, or a kind of", "is truncated", "claims too many", "has no pixels"
    for seed in range(20):
        content = bytearray(saved(NOISE, kind))
        content[60:-40] = np.random.default_rng(seed).bytes(len(content) - 100)
        try:
            decode(bytes(content))
        except PictureError as caught:
            reason = caught.reason
            assert reason.startswith(known)


def test_memory_that_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def starved(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(decoding, "_plain", starved)
    with pytest.raises(PictureError, match="needs more memory than is available") as caught:
        decode(saved(NOISE, "PNG"))
    assert isinstance(caught.value.__cause__, MemoryError)


def test_orientation_is_found_where_xmp_has_it() -> None:
    packet = b'<x:xmpmeta><rdf:Description tiff:Orientation="8"/></x:xmpmeta>'
    assert read_orientation(open_picture(saved(NOISE, "JPEG", xmp=packet), "")) == 8
    assert read_orientation(open_picture(saved(NOISE, "JPEG"), "")) == 1


def test_a_png_with_damaged_remarks_is_read() -> None:
    content = saved(NOISE, "PNG", dpi=(72, 72))
    place = content.index(b"pHYs")
    spoilt = content[: place + 5] + b"\xff" + content[place + 6 :]
    assert np.array_equal(np.asarray(decode(spoilt)), np.asarray(NOISE))

"""Greys and colours of more than 8 bits, judged by tifffile and by the values that were written."""

from __future__ import annotations

import io
import sys
from typing import Any

import numpy as np
import pytest
import tifffile
from PIL import Image

from catseye.errors import PictureError
from catseye.images.decoding import decode, find_extremes, header
from catseye.images.value_range import ValueRange

RANDOM = np.random.default_rng(0)
GREY = RANDOM.integers(0, 4096, (30, 41))
COLOUR = RANDOM.integers(0, 4096, (30, 41, 3))
TWELVE_BITS = ValueRange(0, 4095)


def tiff(values: np.ndarray[Any, Any], **options: Any) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, values, **options)
    return buffer.getvalue()


def png(image: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", **options)
    return buffer.getvalue()


def scaled(values: np.ndarray[Any, Any], low: float = 0, high: float = 4095) -> np.ndarray[Any, Any]:
    return np.floor((values.astype(float) - low) / (high - low) * 255 + 0.5)


@pytest.mark.parametrize("compression", [None, "zlib", "lzw"])
@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize(
    "kind",
    ["uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32", "float64", "int8"],
)
def test_every_kind_of_number_is_read_as_tifffile_reads_it(kind: str, byteorder: str, compression: str | None) -> None:
    values = GREY // 32 if kind == "int8" else GREY
    values = (values - 60 if kind.startswith("int") else values).astype(kind)
    content = tiff(values, byteorder=byteorder, compression=compression, photometric="minisblack")
    judge = tifffile.imread(io.BytesIO(content)).astype(float)
    extremes = find_extremes(content, "")
    assert extremes is not None
    assert (extremes.low, extremes.high) == (judge.min(), judge.max())
    found = decode(content, value_range=ValueRange(extremes.low, extremes.high, kind.startswith("float")))
    assert np.array_equal(np.asarray(found), scaled(judge, judge.min(), judge.max()))


@pytest.mark.parametrize("compression", [None, "zlib", "lzw"])
@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("kind", ["uint16", "int16", "uint32", "float32"])
@pytest.mark.parametrize("planes", [False, True])
def test_colours_of_every_kind_interleaved_or_in_planes(
    planes: bool, kind: str, byteorder: str, compression: str | None
) -> None:
    values = COLOUR.astype(kind)
    content = tiff(
        np.moveaxis(values, 2, 0) if planes else values,
        photometric="rgb",
        planarconfig="separate" if planes else "contig",
        byteorder=byteorder,
        compression=compression,
    )
    assert np.array_equal(np.asarray(decode(content, value_range=TWELVE_BITS)), scaled(COLOUR))


@pytest.mark.parametrize("options", [{"tile": (16, 16)}, {"bigtiff": True}, {"predictor": True, "compression": "lzw"}])
def test_tiles_predictors_and_large_files(options: dict[str, Any]) -> None:
    content = tiff(GREY.astype(np.uint16), **options)
    assert np.array_equal(np.asarray(decode(content, value_range=TWELVE_BITS)), scaled(GREY))


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
def test_where_small_values_are_bright_the_picture_is_no_negative(kind: Any, byteorder: str) -> None:
    values = (GREY // 16).astype(kind)
    content = tiff(values, photometric="miniswhite", byteorder=byteorder)
    known = None if kind == np.uint8 else ValueRange(0, 255, kind == np.float32)
    assert np.array_equal(np.asarray(decode(content, value_range=known)), 255 - (GREY // 16))


def test_twelve_bits_stored_as_twelve_define_their_white() -> None:
    """Written by hand: two values in three bytes, the higher bits first."""
    first, second = GREY[:, :40:2], GREY[:, 1:40:2]
    packed = np.stack([first >> 4, (first & 15) << 4 | second >> 8, second & 255], -1).astype(np.uint8)
    content = bytearray(tiff(packed.reshape(30, 60), photometric="minisblack"))
    place = int.from_bytes(content[4:8], "little")
    for entry in range(place + 2, place + 2 + 12 * int.from_bytes(content[place : place + 2], "little"), 12):
        tag = int.from_bytes(content[entry : entry + 2], "little")
        if tag == 256:
            content[entry + 8 : entry + 12] = (40).to_bytes(4, "little")
        if tag == 258:
            content[entry + 8 : entry + 10] = (12).to_bytes(2, "little")
    judge = tifffile.imread(io.BytesIO(bytes(content)))
    assert np.array_equal(judge, GREY[:, :40])
    assert np.array_equal(np.asarray(decode(bytes(content))), scaled(judge))


def test_a_stated_range_is_believed_unless_the_values_leave_it() -> None:
    values = (GREY // 4).astype(np.uint16)
    stated = tiff(values, extratags=[(280, "H", 1, 0, True), (281, "H", 1, 1023, True)])
    assert np.array_equal(np.asarray(decode(stated)), scaled(values, 0, 1023))
    for wrong in (500, 65535):
        with pytest.raises(PictureError, match="nothing says which value is white"):
            decode(tiff(values, extratags=[(281, "H", 1, wrong, True)]))
    fractions = tiff((GREY / 4095).astype(np.float32), extratags=[(340, "f", 1, 0.0, True), (341, "f", 1, 1.0, True)])
    assert np.array_equal(np.asarray(decode(fractions)), scaled((GREY / 4095).astype(np.float32), 0, 1))


@pytest.mark.parametrize("values", [GREY.astype(np.uint16), (GREY // 16).astype(np.uint16), GREY.astype(np.int32)])
def test_one_picture_of_unknown_range_is_refused(values: np.ndarray[Any, Any]) -> None:
    with pytest.raises(PictureError, match=r"holds whole numbers from .* nothing says which value is white"):
        decode(tiff(values))


def test_a_picture_is_turned_upright_whoever_reads_it() -> None:
    for kind in (np.uint16, np.float64):
        content = tiff(GREY.astype(kind), extratags=[(274, "H", 1, 6, True)])
        found = decode(content, value_range=ValueRange(0, 4095, kind == np.float64))
        assert np.array_equal(np.asarray(found), np.rot90(scaled(GREY), -1))


@pytest.mark.parametrize(
    ("values", "options", "says"),
    [
        (RANDOM.integers(0, 9, (8, 9, 13)).astype(np.uint16), {"planarconfig": "contig"}, "has 13 channels"),
        (np.full((8, 9), np.nan, np.float32), {}, "holds no finite number"),
        (np.zeros((8, 9), np.complex64), {}, "holds no ordinary numbers"),
    ],
)
def test_what_is_no_picture_says_so(values: np.ndarray[Any, Any], options: dict[str, Any], says: str) -> None:
    with pytest.raises(PictureError, match=says):
        decode(tiff(values, photometric="minisblack", **options), value_range=TWELVE_BITS)


def test_without_tifffile_the_error_names_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tifffile", None)
    planes = tiff(np.moveaxis(COLOUR.astype(np.uint16), 2, 0), photometric="rgb", planarconfig="separate")
    with pytest.raises(PictureError, match=r'pip install "catseye\[tiff\]"'):
        decode(planes)
    assert np.array_equal(np.asarray(decode(tiff(GREY.astype(np.uint16)), value_range=TWELVE_BITS)), scaled(GREY))


def test_16_bit_png_of_every_kind() -> None:
    for mode, values in (("I;16", GREY), ("RGB", COLOUR)):
        content = _png_16(values)
        assert header(content, "").deep
        assert np.array_equal(np.asarray(decode(content, value_range=TWELVE_BITS)), scaled(values)), mode
        with pytest.raises(PictureError, match="nothing says"):
            decode(content)
        assert np.array_equal(np.asarray(decode(_png_16(values * 16))), (values * 16 + 128) // 257)


def test_16_bit_opacity_is_laid_on_white() -> None:
    for channels in (2, 4):
        values = np.zeros((4, 5, channels), int)
        values[:2, :, -1] = 65535  # the upper half is black, of the lower nothing is seen
        values[0, 0] = 65535
        found = np.asarray(decode(_png_16(values)).convert("L"))
        assert found[0, 0] == 255
        assert not found[1].any()
        assert (found[2:] == 255).all()


def test_a_png_that_says_how_many_bits_count_needs_no_data_set() -> None:
    assert np.array_equal(np.asarray(decode(_png_16(GREY, significant=12))), scaled(GREY))
    stretched = GREY * 16 + (GREY >> 8)  # as the standard asks
    assert np.array_equal(np.asarray(decode(_png_16(stretched, significant=12))), (stretched + 128) // 257)


@pytest.mark.parametrize("largest", [1023, 4095, 300])
def test_the_largest_value_of_a_pgm_is_white(largest: int) -> None:
    values = GREY % (largest + 1)
    content = f"P5 41 30 {largest}\n".encode() + values.astype(">u2").tobytes()
    found = np.asarray(decode(content, value_range=ValueRange(0, 7)))  # its own white is certain
    assert np.abs(found - scaled(values, 0, largest)).max() <= 1  # Pillow rounds to 16 bits in between


def test_12_bit_values_in_a_pgm_or_ppm_of_16_bits() -> None:
    for magic, values in (("P5", GREY), ("P6", COLOUR)):
        content = f"{magic} 41 30 65535\n".encode() + values.astype(">u2").tobytes()
        assert np.array_equal(np.asarray(decode(content, value_range=TWELVE_BITS)), scaled(values))
        with pytest.raises(PictureError, match="nothing says"):
            decode(content)
        with pytest.raises(PictureError, match="truncated"):
            decode(content[:-50], value_range=TWELVE_BITS)


@pytest.mark.parametrize("mode", ["I", "F", "I;16"])
def test_images_of_the_callers_are_scaled_alike(mode: str) -> None:
    kind = {"I": np.int32, "F": np.float32, "I;16": np.uint16}[mode]
    image = Image.fromarray(GREY.astype(kind))
    assert image.mode == mode
    assert np.array_equal(np.asarray(decode(image, value_range=TWELVE_BITS)), scaled(GREY))
    with pytest.raises(PictureError, match="nothing says which value is white"):
        decode(image)


def _png_16(values: np.ndarray[Any, Any], significant: int = 0) -> bytes:
    """Return a PNG of 16 bits, written by the standard: greys (H, W), or 2 to 4 channels (H, W, C)."""
    import struct
    import zlib

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    channels = 1 if values.ndim == 2 else values.shape[2]
    head = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], 16, (0, 4, 2, 6)[channels - 1], 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    bits = chunk(b"sBIT", bytes([significant] * channels)) if significant else b""
    body = chunk(b"IHDR", head) + bits + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body

"""Which supported format a file has, by its first bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Only formats that are decoded without starting another program: no PostScript. JPEG includes MPO.
_SUFFIXES = {
    "AVIF": (".avif", ".avifs"),
    "BMP": (".bmp", ".dib"),
    "GIF": (".gif",),
    "HEIF": (".heic", ".heif", ".hif", ".heics", ".heifs"),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".mpo"),
    "JPEG2000": (".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx"),
    "PNG": (".png", ".apng"),
    "PPM": (".pbm", ".pgm", ".pnm", ".ppm", ".pfm"),
    "TIFF": (".tif", ".tiff", ".btf", ".tf8"),
    "WEBP": (".webp",),
}
FORMATS = tuple(_SUFFIXES)
FORMAT_OF_SUFFIX = {suffix: kind for kind, suffixes in _SUFFIXES.items() for suffix in suffixes}
SUFFIXES = frozenset(FORMAT_OF_SUFFIX)
# What is called so is a picture, if perhaps a broken one. What has another of the endings, or none, is looked into.
_CERTAIN = frozenset(
    {".bmp", ".gif", ".jpeg", ".jpg", ".mpo", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"}
)
START_BYTES = 512  # are enough to tell a format

_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1"})
_BMP_HEADERS = frozenset(size.to_bytes(4, "little") for size in (12, 16, 40, 52, 56, 64, 108, 124))
_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}")  # what follows a stop elsewhere is a part of the name


def recognise(start: bytes) -> str:
    """Return the format of a file that begins with these bytes, one of ``FORMATS``, or ``""`` for all others."""
    if start.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if start.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if start[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return "" if start[8:10] == b"CR" else "TIFF"  # Canon's raw files begin as TIFF files do
    if start[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "WEBP"
    if start.startswith(b"BM") and start[14:18] in _BMP_HEADERS:
        return "BMP"
    if start.startswith((b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")):
        return "JPEG2000"
    if re.match(rb"P[1-6f]\s", start):
        return "PPM"
    return _in_boxes(start)


def _in_boxes(start: bytes) -> str:
    """Return the format of a file made of ISO's boxes, of which the first lists brands."""
    if start[4:8] != b"ftyp":
        return ""
    length = min(int.from_bytes(start[:4]), len(start))
    brands = {start[8:12], *(start[place : place + 4] for place in range(16, length, 4))}
    if brands & {b"avif", b"avis"}:
        return "AVIF"
    return "HEIF" if brands & _HEIF_BRANDS else ""


def read_start(path: Path) -> bytes:
    """Return a file's first bytes; none if it cannot be read, or is not a regular file."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(START_BYTES)
    except OSError:
        return b""


def is_picture_file(path: Path) -> bool:
    """Say whether a file counts as a picture: by its ending if that is common, by its first bytes if it has none."""
    suffix = path.suffix.lower()
    if suffix in _CERTAIN:
        return True
    return (suffix in SUFFIXES or not _ENDING.fullmatch(suffix)) and bool(recognise(read_start(path)))

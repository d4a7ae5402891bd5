"""From an untrusted file to a plain 8-bit picture, grey or RGB, the right way up."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from catseye.errors import PictureError, first_line
from catseye.images.jpeg import quick_jpeg

# Only formats that Pillow reads by itself: no PostScript, which would start another program. JPEG includes MPO.
FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")
SUFFIXES = frozenset(
    {".bmp", ".gif", ".jpeg", ".jpg", ".mpo", ".pgm", ".png", ".pnm", ".ppm", ".tif", ".tiff", ".webp"}
)
# Pillow warns from here on (89 million pixels, 256 MB as RGB); we refuse, before anything is decoded.
LARGEST_PIXELS = Image.MAX_IMAGE_PIXELS or 89_478_485
LARGEST_FILE_BYTES = 512 * 2**20
_ORIENTATION_TAG = 0x0112
_UPRIGHT = {  # what undoes each EXIF orientation
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ROWS = 256  # of a 16-bit picture that are scaled at a time

# What Pillow's readers raise when they meet hostile bytes.
_PILLOW_MEETS = (
    *(OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, OverflowError),
    *(struct.error, zlib.error, ZeroDivisionError, AttributeError, MemoryError, RuntimeError),
)

# Of what Pillow warns of, we raise what matters (too many pixels) and pass over the rest (odd metadata).
warnings.filterwarnings("ignore", module=r"PIL\.")
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


def read_bytes(path: Path) -> bytes:
    """Return the content of a picture file.

    Raises
    ------
    PictureError
        There is no such file, it is empty, too large, not an ordinary file, or may not be read.
    """
    try:
        if not path.exists():
            raise PictureError(str(path), "there is no such file")
        if not path.is_file():
            raise PictureError(str(path), "not an ordinary file")
        size = path.stat().st_size
        if size == 0:
            raise PictureError(str(path), "the file is empty")
        if size > LARGEST_FILE_BYTES:
            raise PictureError(str(path), f"the file has {size:,} bytes; at most {LARGEST_FILE_BYTES:,} are read")
        return path.read_bytes()
    except OSError as error:
        raise PictureError(str(path), error.strerror or "cannot be read") from error


def decode(source: Path | bytes | Image.Image, name: str = "", at_least: int = 0) -> Image.Image:
    """Return a picture of mode ``L`` (grey) or ``RGB``, upright, 8 bits per channel.

    Palettes are resolved, transparency is laid on white, 16-bit values are scaled to 8, CMYK becomes RGB, and
    the EXIF orientation is applied. Of an animation the first frame is taken.

    Parameters
    ----------
    source
        A path, the bytes of a file, or a Pillow image.
    name
        Name of the picture in errors; by default its path.
    at_least
        If positive, a JPEG file may be decoded at a half, quarter or eighth of its size as long as both sides keep
        this many pixels: much quicker where it will be made small anyway.

    Raises
    ------
    PictureError
        It is not a picture, is truncated, has more than ``LARGEST_PIXELS`` pixels, or is of a kind we do not read.
    """
    name = name or (str(source) if isinstance(source, Path) else "picture")
    if isinstance(source, Path):
        source = read_bytes(source)
    try:
        if isinstance(source, Image.Image):
            return _plain(source, name)
        image = Image.open(io.BytesIO(source), formats=FORMATS)
        return _plain(image, name, at_least)
    except PictureError:
        raise
    except Image.DecompressionBombError as error:
        raise PictureError(name, f"claims too many pixels; at most {LARGEST_PIXELS:,} are decoded") from error
    except UnidentifiedImageError as error:
        raise PictureError(name, "not a picture in a format that is read here") from error
    except _PILLOW_MEETS as error:
        raise PictureError(name, first_line(error)) from error


def decode_array(path: Path, at_least: int = 0) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the picture in a file as uint8 (H, W, 1 or 3); see :func:`decode`, whose values these are."""
    return decode_content(read_bytes(path), str(path), at_least)


def decode_content(content: bytes, name: str, at_least: int = 0) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the picture in a file's content as uint8 (H, W, 1 or 3); see :func:`decode`, whose values these are."""
    quick = quick_jpeg(content, at_least, LARGEST_PIXELS)
    if quick is not None:
        return quick
    image = decode(content, name, at_least)
    return np.array(image, dtype=np.uint8).reshape(image.height, image.width, -1)


@dataclass(frozen=True)
class Header:
    """What a file says of its picture before anything is decoded.

    Attributes
    ----------
    format : str
        One of ``FORMATS``.
    mode : str
        Pillow's: ``"L"``, ``"RGB"``, ``"P"``, ``"CMYK"``, ….
    width, height : int
        In pixels, as stored: not yet turned upright.
    deep : bool
        More than 8 bits per channel.
    transparent, animated : bool
        Animations and files with several pages.
    """

    format: str
    mode: str
    width: int
    height: int
    deep: bool
    transparent: bool
    animated: bool


def header(content: bytes, name: str) -> Header:
    """Return what the file of a picture says of it.

    Raises
    ------
    PictureError
        It is not a picture in a format that can be read.
    """
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            kind = "JPEG" if image.format == "MPO" else image.format or ""  # some cameras add a preview to a JPEG
            deep = image.mode[0] in "IF" or any(";16" in str(tile.args) for tile in image.tile)
            animated = kind != "JPEG" and bool(getattr(image, "is_animated", False))
            return Header(kind, image.mode, *image.size, deep, image.has_transparency_data, animated)
    except (*_PILLOW_MEETS, Image.DecompressionBombError) as error:
        raise PictureError(name, first_line(error)) from error


def _plain(image: Image.Image, name: str, at_least: int = 0) -> Image.Image:
    width, height = image.size
    if width * height > LARGEST_PIXELS:
        raise PictureError(name, f"claims {width} × {height} pixels; at most {LARGEST_PIXELS:,} are decoded")
    if at_least:
        image.draft(None, (at_least, at_least))  # changes nothing but an unread JPEG
    image.load()
    return _eight_bits(_upright(image), name)


def _upright(image: Image.Image) -> Image.Image:
    # Reading EXIF of a picture that has none is wasted, and broken EXIF must not cost an intact picture.
    try:
        orientation = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # whatever a malformed block makes Pillow raise, the pixels are good
        return image
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def _eight_bits(image: Image.Image, name: str) -> Image.Image:
    mode = image.mode
    transparent = "transparency" in image.info
    if mode in ("L", "RGB") and not transparent:
        return image
    if mode == "1":
        return image.convert("L")
    if mode == "I" or mode.startswith("I;16"):
        return _from_16_bits(image)
    if mode == "F":
        raise PictureError(name, "holds 32-bit fractions, whose range is unknown; save it with 8 or 16 bits")
    if mode in ("LA", "La") or (mode == "L" and transparent):
        return _on_white(image.convert("LA"), "L")
    if mode in ("RGBA", "RGBa", "PA") or transparent:
        return _on_white(image.convert("RGBA"), "RGB")
    return image.convert("RGB")


def _from_16_bits(image: Image.Image) -> Image.Image:
    values: np.ndarray[Any, Any] = np.asarray(image)
    result = np.empty(values.shape, np.uint8)
    for start in range(0, len(values), _ROWS):
        # Pillow's 32-bit mode "I" holds the 16-bit greys of PNG and PGM: the same range.
        rows = values[start : start + _ROWS].astype(np.int32).clip(0, 65535)
        result[start : start + _ROWS] = (rows + 128) // 257
    return Image.fromarray(result)


def _on_white(image: Image.Image, mode: str) -> Image.Image:
    white = Image.new(mode, image.size, 255 if mode == "L" else (255, 255, 255))
    white.paste(image.convert(mode), mask=image.getchannel("A"))
    return white


def is_hidden(path: Path) -> bool:
    """Say whether a file or folder was made by a system or an editor, not by who collected the pictures."""
    return path.name.startswith(".") or path.name in ("__MACOSX", "Thumbs.db", "desktop.ini")

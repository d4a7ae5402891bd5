"""Reading deep pictures from PNG, PGM, PPM, PFM, JPEG 2000 and TIFF files, to the last bit."""

from __future__ import annotations

from typing import Any

import numpy as np

from catseye.images.deep_picture import DeepPicture, Values, measure
from catseye.images.deep_tiff import read_deep_tiff
from catseye.images.formats import START_BYTES, recognise
from catseye.images.opening import open_picture, read_orientation
from catseye.images.png_chunks import read_depth, read_significant_bits
from catseye.images.sixteen_bits import join_bytes, unpack_as
from catseye.images.value_range import SIXTEEN_BITS, ValueRange

_SIZES = b"\xff\x4f\xff\x51"  # where a JPEG 2000 stream says how large and how deep it is
_PLACE_OF_DEPTH = 42


def read_deep(content: bytes, name: str) -> DeepPicture | None:
    """Return the values of a file's picture; ``None`` if it has 8 bits per channel, or is of another format.

    Raises
    ------
    PictureError, OSError, SyntaxError, ValueError and whatever else Pillow raises
        It is damaged, or of a kind that needs a package that is missing.
    """
    kind = recognise(content[:START_BYTES])
    if kind == "PNG":
        return _png(content, name) if read_depth(content) == 16 else None
    if kind == "TIFF":
        return read_deep_tiff(content, name)
    if kind == "PPM":
        return _ppm(content, name)
    return _jpeg_2000(content, name) if kind == "JPEG2000" else None


def _png(content: bytes, name: str) -> DeepPicture:
    image = open_picture(content, name)
    alpha = None
    raw = str(image.tile[0].args)
    if raw == "LA;16B":  # four bytes a pixel: read as four channels, each value is two of them
        values, alpha = np.moveaxis(_pairs(np.asarray(unpack_as(image, "RGBA"))), 2, 0)
    elif raw in ("RGB;16B", "RGBA;16B"):
        values = join_bytes(image, open_picture(content, name))
        values, alpha = values[..., :3], values[..., 3] if values.shape[2] == 4 else None
    else:
        values = np.asarray(image)
    key: Any = image.info.get("transparency")  # the value that means "nothing here"
    if alpha is None and key is not None:
        hidden = np.all(values == key, axis=2) if values.ndim == 3 else values == key
        alpha = np.where(hidden, 0, SIXTEEN_BITS.high)
    extremes = measure(values, name, _significant(content, values))
    return DeepPicture(values, extremes, alpha, False, read_orientation(image), image.info.get("icc_profile") or b"")


def _significant(content: bytes, values: Values) -> ValueRange | None:
    """Return the range that the chunk sBIT states: values are to be stretched to 16 bits, but often are not."""
    bits = read_significant_bits(content)
    if not 8 <= bits < 16:
        return None
    top = 2**bits - 1
    return ValueRange(0, top) if values.max() <= top else SIXTEEN_BITS


def _pairs(pixels: Values) -> Values:
    """Return the 16-bit values whose bytes lie side by side, higher first, in an array uint8 (H, W, 2 N)."""
    return (pixels[..., 0::2].astype(np.uint16) << 8) | pixels[..., 1::2]


def _ppm(content: bytes, name: str) -> DeepPicture | None:
    image = open_picture(content, name)
    if image.mode == "F":
        values = np.asarray(image)
        return DeepPicture(values, measure(values, name))
    tile = image.tile[0]
    largest = tile.args[1] if isinstance(tile.args, tuple) and len(tile.args) == 2 else 0
    if image.mode == "I":  # scaled to 16 bits by the largest value that the file states
        values = np.asarray(image)
        certain = largest not in (0, 65535)  # everybody writes 65535 for values of 16 bits, whatever they reach
        return DeepPicture(values, measure(values, name, SIXTEEN_BITS if certain else None, certain=certain))
    if image.mode == "RGB" and largest == 65535 and tile.codec_name == "ppm":
        count = image.width * image.height * 3
        values = np.frombuffer(content, ">u2", -1, tile.offset)[:count].astype(np.uint16)
        if len(values) < count:
            raise EOFError
        values = values.reshape(image.height, image.width, 3)
        return DeepPicture(values, measure(values, name))
    return None


def _jpeg_2000(content: bytes, name: str) -> DeepPicture | None:
    image = open_picture(content, name)
    if not image.mode.startswith("I"):
        return None
    values = np.asarray(image)
    place = content.find(_SIZES) + _PLACE_OF_DEPTH
    bits = (content[place] & 0x7F) + 1 if place < len(content) else 16
    certain = bits < 16  # Pillow has scaled them to 16 bits
    extremes = measure(values, name, SIXTEEN_BITS if certain else None, certain=certain)
    profile = image.info.get("icc_profile") or b""
    return DeepPicture(values, extremes, None, False, read_orientation(image), profile)

"""Ordinary JPEG files, decoded in two thirds of the time that Pillow takes to produce the same values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import simplejpeg
from PIL import Image

from catseye.images.colour_profile import changes_colours, to_srgb
from catseye.images.jpeg_size import jpeg_scale
from catseye.images.opening import open_picture, read_orientation

if TYPE_CHECKING:
    from catseye.arrays import Pixels

_START = b"\xff\xd8\xff"
_UPRIGHT = 1


class QuickJpeg(NamedTuple):
    """A decoded JPEG file.

    Attributes
    ----------
    pixels : uint8 (H, W, 3)
        At its own or a reduced size.
    height, width : int
        Of the whole picture.
    """

    pixels: Pixels
    height: int
    width: int


def quick_jpeg(content: bytes, at_least: int, most_pixels: int) -> QuickJpeg | None:
    """Return an upright colour JPEG, or ``None`` for all that only Pillow should judge.

    That is every other format, grey and CMYK, pictures that have to be turned, more than ``most_pixels`` pixels, and
    anything broken. Colours with a profile become sRGB.

    Parameters
    ----------
    content
        Content of the file.
    at_least
        If positive, decode at a half, quarter or eighth of the size as long as both sides keep this many pixels.
    most_pixels
    """
    if not content.startswith(_START):
        return None
    try:
        image = open_picture(content, "")
        ordinary = image.mode == "RGB" and image.width * image.height <= most_pixels
        if not ordinary or read_orientation(image) != _UPRIGHT:
            return None
        height, width, colours, _ = simplejpeg.decode_jpeg_header(content)
        if colours != "YCbCr":
            return None
        scale = jpeg_scale(width, height, at_least, most_pixels)
        smallest = {"min_height": math.ceil(height / scale), "min_width": math.ceil(width / scale)}
        pixels: Pixels = simplejpeg.decode_jpeg(content, "RGB", **(smallest if scale > 1 else {}))
        profile = image.info.get("icc_profile")
        if not changes_colours(profile, "RGB"):
            return QuickJpeg(pixels, height, width)
        return QuickJpeg(np.asarray(to_srgb(Image.fromarray(pixels), profile)), height, width)
    except Exception:  # whatever Pillow or libjpeg finds wrong: the full decoder says what it is
        return None

"""From the bytes of a file to an opened, not yet decoded picture: its format, its size, its orientation."""

from __future__ import annotations

import ctypes
import io
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import PIL
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from catseye.errors import PictureError, install_line
from catseye.images.faults import NOT_READ, explain
from catseye.images.formats import START_BYTES, recognise
from catseye.images.jpeg_size import LARGEST_JPEG_PIXELS, LARGEST_PIXELS
from catseye.images.other_formats import find_other_format, is_raw
from catseye.images.png_chunks import without_extras
from catseye.images.tiff_directory import ORIENTATION, SAMPLES, read_directory

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

# Pillow's classes are opened directly, not by Image.open: that warns of large pictures, before we can refuse them, and
# refuses the largest JPEG files, which are decoded at a reduced size.
_CLASSES = {
    "AVIF": ("PIL.AvifImagePlugin", "AvifImageFile"),
    "BMP": ("PIL.BmpImagePlugin", "BmpImageFile"),
    "GIF": ("PIL.GifImagePlugin", "GifImageFile"),
    "HEIF": ("pillow_heif", "HeifImageFile"),  # not registered with Pillow, which is everybody's
    "JPEG": (__name__, "_Jpeg"),
    "JPEG2000": ("PIL.Jpeg2KImagePlugin", "Jpeg2KImageFile"),
    "PNG": ("PIL.PngImagePlugin", "PngImageFile"),
    "PPM": ("PIL.PpmImagePlugin", "PpmImageFile"),
    "TIFF": ("PIL.TiffImagePlugin", "TiffImageFile"),
    "WEBP": ("PIL.WebPImagePlugin", "WebPImageFile"),
}
_MOST_SAMPLES = 6  # of a pixel in a TIFF file
_XMP_ORIENTATION = re.compile(rb'tiff:Orientation(?:="|>)([1-8])')
NO_HEIF = f"is a HEIC picture, which needs one more package: {install_line('heif')}"
_LONGEST_SIDE = (2**31 - 1) // 32 - 7  # Pillow counts the bits of a row in 32 bits, of 4 bytes a pixel at most


class _Jpeg(JpegImageFile):
    """A JPEG file whose EXIF block is not parsed for the resolution, which warns where the block is damaged."""

    def _read_dpi_from_exif(self) -> None:
        pass


def open_picture(content: bytes, name: str) -> ImageFile:
    """Return the picture in the bytes of a file, opened but not decoded.

    Raises
    ------
    PictureError
        It is of another format, claims too many pixels, has none, or its beginning is damaged.
    """
    kind = check_format(content, name)
    try:
        image = _class(kind)(io.BytesIO(_tidied(content, kind)))
    except ModuleNotFoundError as error:
        raise PictureError(name, NO_HEIF if kind == "HEIF" else explain(error, kind)) from error
    except Exception as error:  # whatever Pillow's readers meet in hostile bytes
        raise PictureError(name, explain(error, kind, content)) from error
    # A progressive file is held in memory whole, however small the picture becomes.
    reducible = kind == "JPEG" and not image.info.get("progressive")
    check_size(image, name, LARGEST_JPEG_PIXELS if reducible else LARGEST_PIXELS)
    return image


def check_format(content: bytes, name: str) -> str:
    """Return the format of a file; raise `PictureError` if it is not supported, and say what it is."""
    kind, suffix = recognise(content[:START_BYTES]), Path(name).suffix.lower()
    if kind and not (kind == "TIFF" and is_raw(suffix)):
        return kind
    other = find_other_format(content[:START_BYTES], suffix)
    raise PictureError(name, f"{NOT_READ}: it is {other.what}; {other.advice}" if other else NOT_READ)


def _class(kind: str) -> type[ImageFile]:
    module, name = _CLASSES[kind]
    if kind == "TIFF":
        _mute_libtiff()
    found: type[ImageFile] = getattr(import_module(module), name)
    return found


def _tidied(content: bytes, kind: str) -> bytes:
    """Return a file without what a decoder would warn about or stumble over although the picture is intact."""
    if kind == "PNG":
        return without_extras(content)
    if kind != "TIFF":
        return content
    directory = read_directory(content)
    if directory is None:
        raise EOFError
    if directory.first(SAMPLES, 1) > _MOST_SAMPLES:
        raise ValueError("Pillow would print a line")
    return directory.repaired(content)


@cache
def _mute_libtiff() -> None:
    """Keep the libtiff in Pillow's wheel from printing what it also reports as an error.

    Its printing can only be switched off for good. This copy belongs to Pillow alone, which mutes its warnings itself;
    a libtiff of the system, which other packages use too, is left as it is.
    """
    folders = Path(PIL.__file__).parent.with_name("pillow.libs"), Path(PIL.__file__).with_name(".dylibs")
    for file in (file for folder in folders for file in folder.glob("libtiff*")):
        try:
            ctypes.CDLL(str(file)).TIFFSetErrorHandler(None)
        except (OSError, AttributeError):  # then lines are printed, which harm nothing
            return


def check_size(image: Image.Image, name: str, most: int) -> None:
    """Raise `PictureError` for a picture without pixels, with more than ``most``, or with a side too long to copy."""
    width, height = image.size
    if width * height == 0:
        raise PictureError(name, f"has no pixels: it is {width}×{height}")
    if width * height > most:
        raise PictureError(name, f"claims too many pixels; at most {most:,} are decoded")
    if max(width, height) > _LONGEST_SIDE:
        raise PictureError(name, f"is {width:,}×{height:,}; a side has at most {_LONGEST_SIDE:,} pixels")


def read_orientation(image: Image.Image) -> int:
    """Return how a picture has to be turned, 1 to 8 as EXIF writes it; 1 where a damaged block does not tell."""
    block: Any = image.info.get("exif")
    if not block and "Raw profile type exif" in image.info:
        try:
            block = bytes.fromhex("".join(str(image.info["Raw profile type exif"]).split("\n")[3:]))
        except ValueError:
            block = b""
    found = read_directory(block.removeprefix(b"Exif\x00\x00")) if isinstance(block, bytes) else None
    orientation = int(found.first(ORIENTATION, 0)) if found else 0
    return orientation if 1 <= orientation <= 8 else _xmp_orientation(image)


def _xmp_orientation(image: Image.Image) -> int:
    packet = image.info.get("XML:com.adobe.xmp") or image.info.get("xmp") or b""
    text = packet.encode(errors="replace") if isinstance(packet, str) else packet
    found = _XMP_ORIENTATION.search(text) if isinstance(text, bytes) else None
    return int(found[1]) if found else 1

"""From an untrusted file to a plain 8-bit picture, grey or RGB, the right way up."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from catseye.errors import PictureError
from catseye.images.colour_profile import to_srgb
from catseye.images.deep_files import read_deep
from catseye.images.deep_picture import from_image
from catseye.images.faults import explain
from catseye.images.jpeg import quick_jpeg
from catseye.images.jpeg_size import LARGEST_PIXELS as LARGEST_PIXELS  # which belongs to what decode promises
from catseye.images.jpeg_size import jpeg_scale
from catseye.images.opening import check_format, check_size, open_picture, read_orientation

if TYPE_CHECKING:
    from catseye.arrays import Pixels
    from catseye.images.deep_picture import DeepPicture
    from catseye.images.value_range import Extremes, ValueRange

LARGEST_FILE_BYTES = 512 * 2**20
_UPRIGHT = {  # what undoes each EXIF orientation
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What macOS, Windows, network drives and Linux put beside a user's files.
_SYSTEM = frozenset(
    (
        *("__macosx", "icon\r", "thumbs.db", "thumbs.db:encryptable", "ehthumbs.db", "desktop.ini", "$recycle.bin"),
        *("system volume information", "@eadir", "@recycle", "#recycle", "#snapshot", "lost+found"),
    )
)


def read_bytes(path: Path) -> bytes:
    """Return the content of a picture file.

    Raises
    ------
    PictureError
        There is no such file, or it is empty, too large, not a regular file, or not readable.
    """
    try:
        if not path.exists():
            is_address = str(path).lower().startswith(("http:/", "https:/"))
            raise PictureError(
                str(path), "it is an address; download the picture first" if is_address else "there is no such file"
            )
        if not path.is_file():
            raise PictureError(str(path), "not a regular file")
        size = path.stat().st_size
        if size == 0:
            raise PictureError(str(path), "the file is empty")
        if size > LARGEST_FILE_BYTES:
            raise PictureError(str(path), f"the file has {size:,} bytes; at most {LARGEST_FILE_BYTES:,} are read")
        return path.read_bytes()
    except OSError as error:
        raise PictureError(str(path), error.strerror or "cannot be read") from error


def decode(
    source: Path | bytes | Image.Image, name: str = "", at_least: int = 0, value_range: ValueRange | None = None
) -> Image.Image:
    """Return a picture of mode ``L`` (grey) or ``RGB``, upright, 8 bits per channel.

    Palettes are resolved, transparent pictures are placed on white, colours with a profile become sRGB, as do CMYK and
    Lab, and the EXIF orientation is applied. Only the first picture of an animation or of several pages is used. A JPEG
    with more than ``LARGEST_PIXELS`` is decoded at a half, quarter or eighth of its size.

    Parameters
    ----------
    source
        A path, the bytes of a file, or a Pillow image.
    name
        Name of the picture in errors; by default its path.
    at_least
        If positive, a JPEG file may be decoded at a half, quarter or eighth of its size as long as both sides keep
        this many pixels: much quicker if it will be made small anyway.
    value_range
        What is black and white where a picture has more than 8 bits per channel and its format does not say.

    Raises
    ------
    PictureError
        It is not a picture, is truncated, has too many pixels, is of an unsupported kind, or nothing says which of its
        values is white.
    """
    name = name or (str(source) if isinstance(source, Path) else "picture")
    if isinstance(source, Path):
        source = read_bytes(source)
    content = b"" if isinstance(source, Image.Image) else source
    kind = "" if isinstance(source, Image.Image) else check_format(source, name)
    try:
        if isinstance(source, Image.Image):
            check_size(source, name, LARGEST_PIXELS)
            deep = from_image(source, name)
        else:
            deep = read_deep(source, name)
        if deep:
            return _from_deep(deep, value_range, name)
        image = source if isinstance(source, Image.Image) else open_picture(source, name)
        return _plain(image, at_least if content else 0)
    except PictureError:
        raise
    except Exception as error:  # whatever a decoder meets in hostile bytes
        raise PictureError(name, explain(error, kind, content)) from error


def decode_array(path: Path, at_least: int = 0, value_range: ValueRange | None = None) -> Pixels:
    """Return the picture in a file as uint8 (H, W, 1 or 3); see :func:`decode`, whose values these are."""
    return decode_content(read_bytes(path), str(path), at_least, value_range)


def decode_content(content: bytes, name: str, at_least: int = 0, value_range: ValueRange | None = None) -> Pixels:
    """Return the picture in a file's content as uint8 (H, W, 1 or 3); see :func:`decode`, whose values these are."""
    quick = quick_jpeg(content, at_least, LARGEST_PIXELS)
    if quick is not None:
        return quick.pixels
    image = decode(content, name, at_least, value_range)
    return np.array(image, dtype=np.uint8).reshape(image.height, image.width, -1)


def find_extremes(content: bytes, name: str) -> Extremes | None:
    """Return the values that a picture with more than 8 bits per channel holds; ``None`` for all others.

    Raises
    ------
    PictureError
        It is damaged, or of an unsupported kind.
    """
    kind = check_format(content, name)
    try:
        deep = read_deep(content, name)
    except PictureError:
        raise
    except Exception as error:  # as above
        raise PictureError(name, explain(error, kind, content)) from error
    return deep.extremes if deep else None


@dataclass(frozen=True)
class Header:
    """What a file says about its picture before anything is decoded.

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
    """Return what a picture's file says about it.

    Raises
    ------
    PictureError
        It is not a picture in a format that can be read.
    """
    kind = check_format(content, name)
    try:
        opened = open_picture(content, name)
    except PictureError:
        deep = read_deep(content, name) if kind == "TIFF" else None  # of a kind that only tifffile knows
        if deep is None:
            raise
        height, width = deep.values.shape[:2]
        mode = "L" if deep.values.ndim == 2 else "RGB"
        return Header(kind, mode, width, height, True, deep.alpha is not None, False)
    with opened as image:
        many = image.mode[0] in "IF" or any(";16" in str(tile.args) for tile in image.tile)
        animated = kind != "JPEG" and bool(getattr(image, "is_animated", False))
        return Header(kind, image.mode, *image.size, many, image.has_transparency_data, animated)


def _from_deep(deep: DeepPicture, value_range: ValueRange | None, name: str) -> Image.Image:
    image = _on_white(deep.to_image(value_range, name))
    return to_srgb(_turned(image, deep.orientation), deep.profile)


def _plain(image: Image.Image, at_least: int) -> Image.Image:
    if isinstance(image, JpegImageFile):
        width, height = image.size
        scale = jpeg_scale(width, height, at_least)
        if scale > 1:
            image.draft(None, (width // scale, height // scale))
    image.load()
    profile = image.info.get("icc_profile")
    return to_srgb(_eight_bits(_turned(image, read_orientation(image)), profile), profile)


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def _eight_bits(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture of mode L or RGB; only one that comes in these modes, or transparent, keeps its profile."""
    mode = image.mode
    if mode in ("L", "RGB") and "transparency" not in image.info:
        return image
    if mode == "1":
        return image.convert("L")
    if mode in ("CMYK", "LAB"):
        converted = to_srgb(image, profile)
        return converted if converted.mode == "RGB" else image.convert("RGB")
    if mode in ("LA", "La") or (mode == "L" and "transparency" in image.info):
        return _on_white(image.convert("LA"))
    if mode in ("RGBA", "RGBa", "PA") or "transparency" in image.info:
        return _on_white(image.convert("RGBA"))
    return image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """Return a picture of mode LA or RGBA, laid on white, as one of mode L or RGB; another as it is."""
    if image.mode not in ("LA", "RGBA"):
        return image
    mode = image.mode[:-1]
    white = Image.new(mode, image.size, 255 if mode == "L" else (255, 255, 255))
    white.paste(image.convert(mode), mask=image.getchannel("A"))
    return white


def is_hidden(path: Path) -> bool:
    """Say whether a file or folder was made by an operating system or editor, not by the owner of the pictures."""
    return path.name.startswith(".") or path.name.lower() in _SYSTEM

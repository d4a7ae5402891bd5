"""Pictures as a caller hands them over: paths, Pillow images, arrays, one or many."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from PIL import Image

from catseye.errors import PictureError, UsageError

if TYPE_CHECKING:
    from catseye.arrays import Pixels
    from catseye.images.value_range import ValueRange

Picture: TypeAlias = "str | Path | Image.Image | np.ndarray[Any, Any]"


def as_many(pictures: Picture | Iterable[Picture | PictureError]) -> Iterable[Picture | PictureError]:
    """Return the pictures, also if there is one; what they can be says :meth:`Classifier.predict`."""
    if isinstance(pictures, str | Path | Image.Image):
        return [pictures]
    if isinstance(pictures, np.ndarray):
        if pictures.ndim == 3 and pictures.shape[0] == 3 and pictures.shape[2] > 4:
            both = "one picture (C, H, W) or three (N, H, W)"
            raise UsageError(f"an array {pictures.shape} can be {both}; transpose it to (H, W, C), or give a list.")
        several = pictures.ndim == 4 or (pictures.ndim == 3 and pictures.shape[2] > 4)
        return list(pictures) if several else [pictures]
    if isinstance(pictures, bytes | bytearray | memoryview) or hasattr(pictures, "read"):  # not each byte or line
        raise UsageError(
            f"pictures are paths, arrays, Pillow images, or a list of them; got {type(pictures).__name__}: open it "
            "with PIL.Image.open, the content of a file with PIL.Image.open(io.BytesIO(content))."
        )
    if not isinstance(pictures, Iterable):
        raise UsageError(
            f"pictures are paths, arrays, Pillow images, or a list of them; got {type(pictures).__name__}."
        )
    return pictures


def display_name(picture: Picture, default: str) -> str:
    """Return what a picture is called in results and messages: its path or, if it has none, ``default``.

    A number does not stand by itself: it becomes ``"picture 3"``.
    """
    if isinstance(picture, str | Path) and str(picture):
        return str(picture)
    return f"picture {default}" if default.isdecimal() else default


def channels_axis(shape: tuple[int, ...], most: int = 3) -> int | None:
    """Return the axis of the channels of (..., H, W, C) or (..., C, H, W): -1 or -3; ``None`` if there is none.

    Parameters
    ----------
    shape
        At least three numbers.
    most
        4: the last axis may hold transparency too.

    Raises
    ------
    UsageError
        It could be either.
    """
    last, first = shape[-1] in (1, 3, most), shape[-3] in (1, 3)
    if last and first and len(set(shape[-3:])) > 1:
        raise UsageError(
            f"an array {shape} could have its channels first or last; pass pictures this narrow as grey ones, "
            "without a channel axis, or as Pillow images."
        )
    if last:
        return -1
    return -3 if first else None


def source_of(picture: Picture, name: str, value_range: ValueRange | None = None) -> Path | Image.Image:
    """Return what can be decoded.

    Parameters
    ----------
    picture
    name
        Name of the picture in errors.
    value_range
        What is black and white in arrays that are neither uint8 nor floats from 0 to 1.

    Raises
    ------
    PictureError
        It is not a picture, or an array of another shape or range.
    """
    if isinstance(picture, str | Path):
        if not str(picture):  # which as a path would be the current folder
            raise PictureError(name, "its path is empty")
        return Path(picture)
    if isinstance(picture, Image.Image):
        return picture
    if not isinstance(picture, np.ndarray):
        raise PictureError(name, f"a picture is a path, an array or a Pillow image; got {type(picture).__name__}")
    if picture.ndim == 3:
        try:
            axis = channels_axis(picture.shape, 4) or -1
        except UsageError as error:
            raise PictureError(name, str(error).rstrip(".")) from None
        picture = np.moveaxis(picture, axis, -1)
    if picture.ndim == 3 and picture.shape[2] == 1:
        picture = picture[:, :, 0]
    if picture.size == 0 or not (picture.ndim == 2 or (picture.ndim == 3 and picture.shape[2] in (3, 4))):
        raise PictureError(name, f"an array is (H, W), (H, W, 1, 3 or 4) or (1 or 3, H, W); got {picture.shape}")
    return Image.fromarray(_eight_bits(picture, name, value_range))


def _eight_bits(values: np.ndarray[Any, Any], name: str, value_range: ValueRange | None) -> Pixels:
    if values.dtype == np.uint8:
        return values
    if not np.issubdtype(values.dtype, np.number):
        raise PictureError(name, f"array values are uint8, or floats from 0 to 1; got {values.dtype}")
    if value_range and np.isrealobj(values) and (np.issubdtype(values.dtype, np.integer) or value_range.high <= 1):
        return value_range.scaled(values)
    if np.issubdtype(values.dtype, np.floating) and values.min() >= 0 and values.max() <= 1:  # false for NaN
        return np.round(values * 255).astype(np.uint8)
    if value_range and np.issubdtype(values.dtype, np.floating) and np.isfinite(values).any():
        return value_range.scaled(values)
    got = f"{values.dtype} from {values.min()} to {values.max()}"
    raise PictureError(name, f"array values are uint8, or floats from 0 to 1; got {got}")

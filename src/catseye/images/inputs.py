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
    if not isinstance(pictures, Iterable):
        raise UsageError(
            f"pictures are paths, arrays, Pillow images, or a list of them; got {type(pictures).__name__}."
        )
    return pictures


def display_name(picture: Picture, default: str) -> str:
    """Return what a picture is called in results and messages: its path, or ``default`` if it has none."""
    return str(picture) if isinstance(picture, str | Path) else default


def source_of(picture: Picture, name: str) -> Path | Image.Image:
    """Return what can be decoded.

    Raises
    ------
    PictureError
        It is something else than a picture, or an array of another shape or range.
    """
    if isinstance(picture, str | Path):
        return Path(picture)
    if isinstance(picture, Image.Image):
        return picture
    if not isinstance(picture, np.ndarray):
        raise PictureError(name, f"a picture is a path, an array or a Pillow image; got {type(picture).__name__}")
    if picture.ndim == 3 and picture.shape[2] == 1:
        picture = picture[:, :, 0]
    if picture.size == 0 or not (picture.ndim == 2 or (picture.ndim == 3 and picture.shape[2] in (3, 4))):
        raise PictureError(name, f"an array is (H, W) or (H, W, 1, 3 or 4); got {picture.shape}")
    return Image.fromarray(_eight_bits(picture, name))


def _eight_bits(values: np.ndarray[Any, Any], name: str) -> Pixels:
    if values.dtype == np.uint8:
        return values
    if not np.issubdtype(values.dtype, np.number):
        raise PictureError(name, f"array values are uint8, or floats from 0 to 1; got {values.dtype}")
    if np.issubdtype(values.dtype, np.floating) and values.min() >= 0 and values.max() <= 1:  # false for NaN
        return np.round(values * 255).astype(np.uint8)
    got = f"{values.dtype} from {values.min()} to {values.max()}"
    raise PictureError(name, f"array values are uint8, or floats from 0 to 1; got {got}")

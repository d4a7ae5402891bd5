"""Pictures with more than 8 bits per channel, or other values than whole numbers from 0."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from PIL import Image

from catseye.errors import PictureError
from catseye.images.value_range import SIXTEEN_BITS, Extremes, ValueRange

Values: TypeAlias = "np.ndarray[Any, Any]"


@dataclass(frozen=True, eq=False)
class DeepPicture:
    """The values of a picture as its file holds them.

    Attributes
    ----------
    values : any type (H, W) or (H, W, 3)
    extremes : Extremes
        What they reach from and to, and what the file says about them.
    alpha : any type (H, W), optional
        Opacity; the file's type decides which value is opaque.
    inverted : bool
        Whether small values are bright.
    orientation : int
        How the picture has to be turned, as EXIF writes it.
    profile : bytes
        Its colour profile.
    """

    values: Values
    extremes: Extremes
    alpha: Values | None = None
    inverted: bool = False
    orientation: int = 1
    profile: bytes = b""

    def to_image(self, known: ValueRange | None, name: str) -> Image.Image:
        """Return the picture with 8 bits, mode L, LA, RGB or RGBA.

        Parameters
        ----------
        known
            The range of its data set's or classifier's values, if there is one.
        name
            Name of the picture in errors.

        Raises
        ------
        PictureError
            Nobody knows which value is white.
        """
        chosen = self.extremes.choose(known)
        if chosen is None:
            raise PictureError(name, self.extremes.explain(known))
        pixels = chosen.scaled(self.values)
        image = Image.fromarray(255 - pixels if self.inverted else pixels)
        if self.alpha is not None:
            # Opacity has the file's 16 bits, or no more of them than the colours have.
            top = chosen.high if self.alpha.max() <= chosen.high else SIXTEEN_BITS.high
            image.putalpha(Image.fromarray(ValueRange(0, top).scaled(self.alpha)))
        return image


def measure(values: Values, name: str, stated: ValueRange | None = None, *, certain: bool = False) -> Extremes:
    """Return what values reach from and to.

    Parameters
    ----------
    values
    name
        Name of the picture in errors.
    stated
        The range that the file states. One that the values leave is not believed, unless it is certain.
    certain
        Whether the format defines it.

    Raises
    ------
    PictureError
        No value is a finite number.
    """
    kind = values.dtype.kind
    finite = values[np.isfinite(values)] if kind == "f" else values
    if finite.size == 0:
        raise PictureError(name, "holds no finite number")
    low, high = float(finite.min()), float(finite.max())
    if stated and not certain and not stated.low <= low <= high <= stated.high:
        stated = None
    fractions = values.dtype.itemsize * 8 if kind == "f" else 0
    sixteen = kind in "iu" and low >= 0 and SIXTEEN_BITS.high / 2 < high <= SIXTEEN_BITS.high and values.itemsize <= 4
    return Extremes(low, high, stated, certain, fractions, sixteen)


def from_image(image: Image.Image, name: str) -> DeepPicture | None:
    """Return the values of a Pillow image that the caller made or opened; ``None`` if it has 8 bits per channel."""
    if image.mode not in ("I", "F") and not image.mode.startswith("I;16"):
        return None
    values = np.asarray(image)
    inverted = getattr(image, "tag_v2", {}).get(262) == 0 if image.mode != "F" else False
    return DeepPicture(values, measure(values, name), inverted=inverted)

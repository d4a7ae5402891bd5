"""The only path from a picture to a tensor: in training, predicting, explaining and exporting alike."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from PIL import Image

from catseye.errors import UsageError

if TYPE_CHECKING:
    import torch

_RESAMPLING = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
LARGEST_SIDE = 4096
_SMALLEST_CROP = 0.1
_LARGEST_VALUE = 1e6  # of mean and deviation: beyond it, single precision has nothing left to say
_LONGEST = 4  # times as long as needed is a picture at most resized before its middle is cut out


@dataclass(frozen=True)
class Preprocess:
    """Resize, crop, channels, scale, normalise.

    A picture is resized, its proportions kept, until it just covers ``height / crop_share`` by
    ``width / crop_share`` pixels, and the middle ``height`` by ``width`` is cut out. One that has this size
    already is left as it is. Values are scaled from 0–255 to 0–1, then normalised: ``(x - mean) / std``.

    Attributes
    ----------
    height, width : int
        Pixels, 1 to 4096.
    channels : int
        1 (grey) or 3 (RGB).
    mean, std : tuple of float
        One a channel, in units of the 0–1 range; ``std`` is positive.
    crop_share : float
        Share of the resized picture's sides that the crop keeps, 0.1 to 1.
    interpolation : str
        ``"bilinear"`` or ``"bicubic"``, both antialiased.

    Raises
    ------
    UsageError
        A value is outside its range.
    """

    height: int
    width: int
    channels: int
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    crop_share: float = 1.0
    interpolation: str = "bilinear"

    def __post_init__(self) -> None:
        # Frozen, so that the one default that depends on another field is set in this way.
        object.__setattr__(self, "mean", tuple(self.mean) or (0.0,) * self.channels)
        object.__setattr__(self, "std", tuple(self.std) or (1.0,) * self.channels)
        _check(self)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width, channels."""
        return self.height, self.width, self.channels

    def normalised(self, mean: tuple[float, ...], std: tuple[float, ...]) -> Self:
        """Return the same preprocess with another normalisation."""
        return type(self)(*self.shape, mean, std, self.crop_share, self.interpolation)

    @property
    def covers(self) -> tuple[int, int]:
        """Height and width in pixels that a picture is resized to cover, before the crop."""
        return round(self.height / self.crop_share), round(self.width / self.crop_share)

    def pixels(self, image: Image.Image) -> np.ndarray[Any, np.dtype[np.uint8]]:
        """Return the resized, cropped picture as uint8 (C, H, W); ``image`` is of mode L or RGB."""
        mode = "L" if self.channels == 1 else "RGB"
        if image.mode != mode:
            image = image.convert(mode)
        if image.size != (self.width, self.height):
            image = self._crop(self._resize(image))
        values = np.asarray(image, dtype=np.uint8)
        return values[None] if self.channels == 1 else np.ascontiguousarray(values.transpose(2, 0, 1))

    def tensor(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return a uint8 batch (B, C, H, W) as a float32 batch, scaled and normalised."""
        # The strides of a single channel are arbitrary, and PyTorch would choose its kernels, and so the last bits of a
        # result, by them.
        pixels = pixels.flatten().view(pixels.shape)
        mean = pixels.new_tensor([255 * m for m in self.mean], dtype=pixels.float().dtype).view(1, -1, 1, 1)
        scale = mean.new_tensor([1 / (255 * s) for s in self.std]).view(1, -1, 1, 1)
        return (pixels - mean) * scale

    def _resize(self, image: Image.Image) -> Image.Image:
        height, width = self.covers
        scale = max(height / image.height, width / image.width)
        # A strip of 8 by a million pixels, made 64 high, would fill the memory: cut most of what is cut off anyway.
        keep = (
            min(image.width, math.ceil(_LONGEST * width / scale)),
            min(image.height, math.ceil(_LONGEST * height / scale)),
        )
        if keep != image.size:
            left, top = (image.width - keep[0]) // 2, (image.height - keep[1]) // 2
            image = image.crop((left, top, left + keep[0], top + keep[1]))
        size = max(width, round(image.width * scale)), max(height, round(image.height * scale))
        return image.resize(size, _RESAMPLING[self.interpolation]) if size != image.size else image

    def _crop(self, image: Image.Image) -> Image.Image:
        left, top = (image.width - self.width) // 2, (image.height - self.height) // 2
        return image.crop((left, top, left + self.width, top + self.height))

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values; ``Preprocess(**fields)`` makes the same again."""
        return asdict(self)


def _check(preprocess: Preprocess) -> None:
    sides = preprocess.height, preprocess.width
    if not all(isinstance(side, int) and 1 <= side <= LARGEST_SIDE for side in sides):
        raise UsageError(f"picture sides are 1 to {LARGEST_SIDE} pixels; got {sides[0]} × {sides[1]}.")
    if preprocess.channels not in (1, 3):
        raise UsageError(f"pictures have 1 (grey) or 3 (RGB) channels; got {preprocess.channels}.")
    values = preprocess.mean + preprocess.std
    if len(preprocess.mean) != preprocess.channels or len(preprocess.std) != preprocess.channels:
        raise UsageError(f"mean and std need one value a channel, {preprocess.channels}.")
    if not all(abs(value) <= _LARGEST_VALUE for value in values) or min(preprocess.std) < 1 / _LARGEST_VALUE:
        raise UsageError(f"mean and std must be finite, at most {_LARGEST_VALUE:g}, and std at least its inverse.")
    if not _SMALLEST_CROP <= preprocess.crop_share <= 1:
        raise UsageError(f"crop_share is {_SMALLEST_CROP} to 1; got {preprocess.crop_share}.")
    if preprocess.interpolation not in _RESAMPLING:
        raise UsageError(f"interpolation is one of {', '.join(_RESAMPLING)}; got {preprocess.interpolation!r}.")

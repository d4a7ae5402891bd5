"""The only path from a picture to a tensor: in training, predicting, explaining and exporting alike."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from catseye.errors import UsageError
from catseye.images.resizing import resize
from catseye.images.value_range import ValueRange
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    import torch
    from PIL import Image

    from catseye.arrays import Pixels

_INTERPOLATIONS = ("bilinear", "bicubic")
LARGEST_SIDE = 4096
_SMALLEST_CROP = 0.1
_LARGEST_DENOMINATOR = 1000
# After resizing, a JPEG that was decoded at a reduced size differs from the whole one by up to a hundred levels where
# that size was hardly more than was needed, and by two levels (99 % of the values) where it was twice that. Small
# files take little time to decode anyway.
_LEAST_REDUCTION = 2
_SMALLEST_DECODED = 512  # pixels
_LARGEST_VALUE = 1e6  # of mean and deviation: beyond it, single precision has nothing left to say


@dataclass(frozen=True, repr=False)
class Preprocess(ShortRepr):
    """Resize, crop, channels, scale, normalise.

    The centre of a picture is cut out and resized. The crop has the proportions of ``height`` by ``width`` and is as
    large as ``crop_share`` of the picture's side allows. A picture that has this size already is left as it is. Values
    are scaled from 0–255 to 0–1, then normalised: ``(x - mean) / std``.

    Attributes
    ----------
    height, width : int
        Pixels, 1 to 4096.
    channels : int
        1 (grey) or 3 (RGB).
    mean, std : tuple of float
        One per channel, in units of the 0–1 range; ``std`` is positive.
    crop_share : float
        Share of the side that the crop keeps, 0.1 to 1.
    interpolation : str
        ``"bilinear"`` or ``"bicubic"``, both antialiased.
    value_range : ValueRange, optional
        Which values are black and white in pictures with more than 8 bits per channel, where their files do not say.

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
    value_range: ValueRange | None = None

    def __post_init__(self) -> None:
        # Frozen, so that the one default that depends on another field is set in this way.
        object.__setattr__(self, "mean", tuple(self.mean) or (0.0,) * self.channels)
        object.__setattr__(self, "std", tuple(self.std) or (1.0,) * self.channels)
        own: Any = self.value_range  # from JSON it comes as a list
        if own is not None and not isinstance(own, ValueRange):
            object.__setattr__(self, "value_range", ValueRange(*own))
        _check(self)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width, channels."""
        return self.height, self.width, self.channels

    @property
    def share(self) -> Fraction:
        """``crop_share`` as a fraction: a crop's sides are rounded exactly, so that exported files round alike."""
        return Fraction(self.crop_share).limit_denominator(_LARGEST_DENOMINATOR)

    def normalised(self, mean: tuple[float, ...], std: tuple[float, ...]) -> Self:
        """Return the same preprocess with another normalisation."""
        return replace(self, mean=mean, std=std)

    def ranged(self, value_range: ValueRange | None) -> Self:
        """Return the same preprocess with a range of values, if it has none of its own."""
        return self if value_range is None or self.value_range else replace(self, value_range=value_range)

    @property
    def covers(self) -> tuple[int, int]:
        """Height and width in pixels below which a picture loses detail."""
        return round(self.height / self.crop_share), round(self.width / self.crop_share)

    @property
    def decoded_side(self) -> int:
        """Pixels that both sides of a JPEG keep where it is decoded at a reduced size."""
        return max(_LEAST_REDUCTION * max(self.covers), _SMALLEST_DECODED)

    def pixels(self, picture: Image.Image | Pixels) -> Pixels:
        """Return the resized, cropped picture as uint8 (C, H, W).

        ``picture`` is of mode L or RGB, or uint8 (H, W, 1 or 3).
        """
        values = self._in_channels(picture)
        if values.shape[:2] != (self.height, self.width):
            values = resize(values[self._middle(*values.shape[:2])], self.height, self.width, self.interpolation)
        return np.ascontiguousarray(values.transpose(2, 0, 1))

    def resized(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return float32 pictures (B, C, any H, any W), values 0 to 255, cut out and resized as by :meth:`pixels`.

        Nothing is rounded, so that gradients reach every pixel.
        """
        from torch.nn.functional import interpolate

        if pictures.shape[-2:] == (self.height, self.width):
            return pictures
        middle = pictures[(..., *self._middle(*pictures.shape[-2:]))]
        return interpolate(middle, (self.height, self.width), mode=self.interpolation, antialias=True).clamp(0, 255)

    def tensor(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return a batch (B, C, H, W), uint8 or float32 from 0 to 255, as a float32 batch, scaled and normalised.

        A pixel's channels lie side by side in memory, as convolutions go through them: in twice the speed.
        """
        import torch

        mean, scale = _normalisation(self.mean, self.std, pixels.device)
        # The strides of a single channel are arbitrary, and PyTorch would choose its kernels, and so the last bits of a
        # result, by them. Unlike contiguous(), to() sets them.
        normalised = ((pixels - mean) * scale).contiguous()
        return normalised.to(memory_format=torch.channels_last)

    def _in_channels(self, picture: Image.Image | Pixels) -> Pixels:
        if isinstance(picture, np.ndarray):
            if picture.shape[2] == self.channels:
                return picture
            picture = to_image(picture)
        mode = "L" if self.channels == 1 else "RGB"
        image = picture if picture.mode == mode else picture.convert(mode)
        return np.array(image, dtype=np.uint8).reshape(image.height, image.width, self.channels)

    def _middle(self, height: int, width: int) -> tuple[slice, slice]:
        share, limit = self.share, min(height * self.width, width * self.height)
        rows = min(height, max(1, round(share * limit / self.width)))
        columns = min(width, max(1, round(share * limit / self.height)))
        top, left = (height - rows) // 2, (width - columns) // 2
        return slice(top, top + rows), slice(left, left + columns)

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values; ``Preprocess(**fields)`` makes the same again."""
        fields = asdict(self)
        del fields["value_range"]
        return fields | (
            {"value_range": self.value_range.to_json()} if self.value_range else {}
        )  # others' JSON is as it ever was


def to_image(picture: Pixels) -> Image.Image:
    """Return a picture uint8 (H, W, 1 or 3) as a Pillow image of mode L or RGB."""
    from PIL import Image

    return Image.fromarray(picture[:, :, 0] if picture.shape[2] == 1 else picture)


@lru_cache(maxsize=16)
def _normalisation(
    mean: tuple[float, ...], std: tuple[float, ...], device: torch.device
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return what is subtracted and multiplied by, in units of 0–255, (1, C, 1, 1): kept, as each step needs it."""
    import torch

    with torch.inference_mode(False):  # else no gradient could flow past them
        means = torch.tensor([255 * m for m in mean], device=device).view(1, -1, 1, 1)
        return means, torch.tensor([1 / (255 * s) for s in std], device=device).view(1, -1, 1, 1)


def _check(preprocess: Preprocess) -> None:
    sides = preprocess.height, preprocess.width
    if not all(isinstance(side, int) and 1 <= side <= LARGEST_SIDE for side in sides):
        raise UsageError(f"picture sides are 1 to {LARGEST_SIDE} pixels; got {sides[0]}×{sides[1]}.")
    if preprocess.channels not in (1, 3):
        raise UsageError(f"pictures have 1 (grey) or 3 (RGB) channels; got {preprocess.channels}.")
    values = preprocess.mean + preprocess.std
    if len(preprocess.mean) != preprocess.channels or len(preprocess.std) != preprocess.channels:
        raise UsageError(f"mean and std need one value per channel, {preprocess.channels}.")
    if not all(abs(value) <= _LARGEST_VALUE for value in values) or min(preprocess.std) < 1 / _LARGEST_VALUE:
        raise UsageError(f"mean and std must be finite, at most {_LARGEST_VALUE:g}, and std at least its inverse.")
    if not _SMALLEST_CROP <= preprocess.crop_share <= 1:
        raise UsageError(f"crop_share is {_SMALLEST_CROP} to 1; got {preprocess.crop_share}.")
    if preprocess.interpolation not in _INTERPOLATIONS:
        raise UsageError(f"interpolation is one of {', '.join(_INTERPOLATIONS)}; got {preprocess.interpolation!r}.")

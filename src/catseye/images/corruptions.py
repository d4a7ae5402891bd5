"""Common corruptions: what happens to pictures in practice, at five strengths.

After Hendrycks & Dietterich 2019 (arXiv:1903.12261), whose strengths for ImageNet these are; a blur's width is a share
of the picture's side, so that small pictures are blurred as much as large ones.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageFilter

from catseye.images.encode import encode_jpeg
from catseye.images.preprocess import to_image

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.arrays import Pixels

STRENGTHS = range(1, 6)
_NOISE = (0.08, 0.12, 0.18, 0.26, 0.38)  # standard deviation, of the range 0 to 1
_BLUR = (0.0045, 0.009, 0.0134, 0.018, 0.027)  # standard deviation, of the shorter side: 1 to 6 pixels of 224
_CONTRAST = (0.4, 0.3, 0.2, 0.1, 0.05)  # what is left of every value's distance from the picture's mean
_JPEG = (25, 18, 15, 10, 7)  # quality
_BRIGHTNESS = (0.1, 0.2, 0.3, 0.4, 0.5)  # added, of the range 0 to 1


def noise(picture: Pixels, strength: int, random: np.random.Generator) -> Pixels:
    """Add normally distributed noise to every value."""
    return _eight_bits(picture + 255 * _NOISE[strength - 1] * random.standard_normal(picture.shape))


def blur(picture: Pixels, strength: int, _: np.random.Generator) -> Pixels:
    """Blur by a Gaussian."""
    radius = _BLUR[strength - 1] * min(picture.shape[:2])
    return _array(to_image(picture).filter(ImageFilter.GaussianBlur(radius)))


def contrast(picture: Pixels, strength: int, _: np.random.Generator) -> Pixels:
    """Move every value towards the picture's mean."""
    mean = picture.mean((0, 1), keepdims=True)
    return _eight_bits(mean + _CONTRAST[strength - 1] * (picture - mean))


def jpeg(picture: Pixels, strength: int, _: np.random.Generator) -> Pixels:
    """Save as a low-quality JPEG and read it back."""
    return _array(Image.open(io.BytesIO(encode_jpeg(to_image(picture), _JPEG[strength - 1]))))


def brightness(picture: Pixels, strength: int, _: np.random.Generator) -> Pixels:
    """Add the same amount to every value."""
    return _eight_bits(picture + 255 * _BRIGHTNESS[strength - 1])


CORRUPTIONS: dict[str, Callable[[Pixels, int, np.random.Generator], Pixels]] = {
    "noise": noise,
    "blur": blur,
    "contrast": contrast,
    "jpeg": jpeg,
    "brightness": brightness,
}


def corrupt(batch: Pixels, kind: str, strength: int, seed: int = 0) -> Pixels:
    """Return uint8 pictures (B, C, H, W) corrupted by ``kind``, one of ``CORRUPTIONS``, at a strength of 1 to 5."""
    random = np.random.default_rng(seed)
    change = CORRUPTIONS[kind]
    return np.stack([change(picture.transpose(1, 2, 0), strength, random).transpose(2, 0, 1) for picture in batch])


def _eight_bits(values: np.ndarray[Any, Any]) -> Pixels:
    return np.clip(np.round(values), 0, 255).astype(np.uint8)


def _array(image: Image.Image) -> Pixels:
    values = np.asarray(image)
    return values[:, :, None] if values.ndim == 2 else values

"""Ideal pictures scored: as they are, and slightly perturbed."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from catseye.images.encode import encode_jpeg
from catseye.images.preprocess import to_image

if TYPE_CHECKING:
    from catseye.arrays import Pixels
    from catseye.insight.ideal.target import Target

_SHIFT = 1 / 28  # of the side: 8 of 224 pixels
_BLUR = 1.0  # pixels, the standard deviation
_SMALL, _SMALL_BLUR = 64, 0.5  # pixels: in a digit, lines one pixel wide would vanish
_JPEG_QUALITY = 75


@dataclass(frozen=True)
class Score:
    """How good an ideal picture is.

    Attributes
    ----------
    response : float
        The class's probability, or the channel's mean.
    perturbed_response : float
        The same of the picture after :func:`perturb_picture`.
    total_variation : float
        See :func:`total_variation`.
    """

    response: float
    perturbed_response: float
    total_variation: float


def score_picture(target: Target, picture: Pixels) -> Score:
    """Return the score of a picture uint8 (H, W, C) for a target."""
    return Score(target.response(picture), target.response(perturb_picture(picture)), total_variation(picture))


def total_variation(picture: Pixels) -> float:
    """Return the mean absolute difference between neighbours across, plus that down, in levels of 0 to 255.

    The anisotropic total variation (Rudin, Osher & Fatemi 1992, doi:10.1016/0167-2789(92)90242-F) as a mean instead of
    a sum, so that pictures of different sizes can be compared. Of white noise it is 170, of one colour 0.
    """
    values = picture.astype(np.float64)
    return float(sum(np.abs(np.diff(values, axis=axis)).mean() for axis in (0, 1) if picture.shape[axis] > 1))


def perturb_picture(picture: Pixels) -> Pixels:
    """Return a picture uint8 (H, W, C) shifted down and right, blurred slightly, and saved as JPEG of quality 75.

    By a 28th of its side, the edge repeated; with a Gaussian of 1 pixel (0.5 up to 64 pixels per side).
    """
    height, width = picture.shape[:2]
    down, right = max(1, round(height * _SHIFT)), max(1, round(width * _SHIFT))
    shifted = np.pad(picture, ((down, 0), (right, 0), (0, 0)), mode="edge")[:height, :width]
    sigma = _SMALL_BLUR if max(height, width) <= _SMALL else _BLUR
    blurred = to_image(shifted).filter(ImageFilter.GaussianBlur(sigma))
    return np.array(Image.open(io.BytesIO(encode_jpeg(blurred, _JPEG_QUALITY))), np.uint8).reshape(picture.shape)

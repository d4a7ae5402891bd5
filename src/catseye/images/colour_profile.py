"""Colour profiles: pictures in other colour spaces are converted to sRGB, as on a screen."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsTransform

_LARGEST_BYTES = 4 * 2**20  # of a profile; those of printing presses have two million
_KEPT = 16  # transforms
_UNSEEN = 2  # levels of 255 that nobody sees
_SPACES = {"RGB": "RGB", "L": "GRAY", "CMYK": "CMYK", "LAB": "Lab"}
_LEVELS = np.linspace(0, 255, 9).astype(np.uint8)  # of each channel, by which a profile is compared with sRGB


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return a picture of mode RGB, L, CMYK or LAB in sRGB; as it is if the profile is sRGB, damaged or not its own.

    A grey picture stays grey.

    Parameters
    ----------
    image
    profile
        An ICC profile. A picture of mode LAB needs none.
    """
    transform = _find_transform(profile or b"", image.mode)
    if transform is None:
        return image
    from PIL import ImageCms

    try:
        converted = ImageCms.applyTransform(image, transform)
    except (ImageCms.PyCMSError, ValueError, OSError):
        return image
    if converted is None:
        return image
    return converted.getchannel("G") if image.mode == "L" else converted


def changes_colours(profile: bytes | None, mode: str) -> bool:
    """Say whether :func:`to_srgb` would change a picture of this mode with this profile."""
    return _find_transform(profile or b"", mode) is not None


def _find_transform(profile: bytes, mode: str) -> ImageCmsTransform | None:
    if mode not in _SPACES or not (profile or mode == "LAB") or len(profile) > _LARGEST_BYTES:
        return None
    return _transform(profile, mode)


@lru_cache(maxsize=_KEPT)
def _transform(profile: bytes, mode: str) -> ImageCmsTransform | None:
    """Return the conversion from a profile to sRGB; ``None`` if there is none, or it would change nothing visible."""
    from PIL import ImageCms

    try:
        if mode == "LAB":
            source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        else:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != _SPACES[mode]:
            return None
        srgb = ImageCms.createProfile("sRGB")
        transform = ImageCms.buildTransform(source, srgb, mode, "RGB", ImageCms.Intent.PERCEPTUAL)
        return None if mode in ("RGB", "L") and _changes_nothing(transform, mode) else transform
    except Exception:  # whatever a damaged profile makes lcms find
        return None


def _changes_nothing(transform: ImageCmsTransform, mode: str) -> bool:
    """Say whether sample colours from the whole space stay unchanged."""
    levels = np.stack(np.meshgrid(_LEVELS, _LEVELS, _LEVELS), -1).reshape(len(_LEVELS), -1, 3)
    before = Image.fromarray(levels if mode == "RGB" else np.ascontiguousarray(levels[..., 0]))
    from PIL import ImageCms

    after = ImageCms.applyTransform(before, transform)
    grey = np.asarray(before.convert("RGB"), np.int16)
    return bool(np.abs(np.asarray(after, np.int16) - grey).max() <= _UNSEEN)

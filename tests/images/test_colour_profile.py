"""Colours with a profile become what screens show; a profile never costs a picture."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from catseye.images.colour_profile import to_srgb
from catseye.images.decoding import LARGEST_PIXELS, decode
from catseye.images.jpeg import quick_jpeg
from tests.images.colour_profiles import ADOBE_RGB, SRGB_COLORANTS, grey_profile, rgb_profile

ADOBE = rgb_profile(*ADOBE_RGB)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
COLOURS = np.random.default_rng(0).integers(0, 256, (8, 9, 3)).astype(np.uint8)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def from_adobe(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return Adobe RGB colours in sRGB, by the definitions of the two spaces."""
    colorants, exponent = ADOBE_RGB
    linear = (values / 255) ** exponent @ np.array(colorants) @ np.linalg.inv(np.array(SRGB_COLORANTS))
    linear = linear.clip(0, 1)
    encoded: np.ndarray[Any, Any] = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return encoded * 255


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "WEBP"])
def test_adobe_rgb_becomes_srgb_by_the_definitions_of_both(kind: str) -> None:
    options = {"lossless": True} if kind == "WEBP" else {}
    found = np.asarray(decode(saved(Image.fromarray(COLOURS), kind, icc_profile=ADOBE, **options)))
    assert np.abs(found - from_adobe(COLOURS)).max() < 2
    assert np.abs(COLOURS.astype(int) - found).max() > 40  # it matters


@pytest.mark.parametrize("profile", [SRGB, b"", b"no profile", ADOBE[:300], bytes(5 * 2**20), grey_profile(1.0)])
def test_srgb_and_profiles_that_are_damaged_or_of_another_kind_change_nothing(profile: bytes) -> None:
    content = saved(Image.fromarray(COLOURS), "TIFF", icc_profile=profile)
    assert np.array_equal(np.asarray(decode(content)), COLOURS)


def test_the_quick_way_through_jpeg_agrees() -> None:
    rows, columns = np.mgrid[:300, :400]
    waves = np.stack([np.sin(rows / 17 + columns / step) * 120 + 128 for step in (25, 39, 53)], -1).astype(np.uint8)
    for profile in (ADOBE, SRGB, ADOBE[:300]):
        content = saved(Image.fromarray(waves), "JPEG", icc_profile=profile)
        for at_least in (0, 100):
            quick = quick_jpeg(content, at_least, LARGEST_PIXELS)
            assert quick is not None
            assert np.array_equal(quick.pixels, np.asarray(decode(content, at_least=at_least)))


def test_greys_stay_grey() -> None:
    values = np.arange(256, dtype=np.uint8).reshape(16, 16)
    found = decode(saved(Image.fromarray(values), "PNG", icc_profile=grey_profile(1.8)))
    linear = (values / 255) ** 1.8
    wanted = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055) * 255
    assert found.mode == "L"
    assert np.abs(np.asarray(found) - wanted).max() < 2
    assert np.array_equal(np.asarray(decode(saved(Image.fromarray(values), "PNG", icc_profile=ADOBE))), values)


def test_transparent_and_palette_colours_have_profiles_too() -> None:
    red = Image.new("RGBA", (4, 4), (200, 30, 30, 255))
    wanted = from_adobe(np.array([[[200, 30, 30]]]))[0, 0]
    for image in (red, red.convert("RGB").quantize(4)):
        found = decode(saved(image, "PNG", icc_profile=ADOBE)).getpixel((1, 1))
        assert np.abs(np.array(found) - wanted).max() < 3


def test_lab_becomes_the_colour_that_it_means() -> None:
    """L* 53.2, a* 80, b* 67 is about sRGB's red."""
    image = Image.new("LAB", (2, 2), (136, 128 + 80, 128 + 67))
    red, green, blue = to_srgb(image, None).getpixel((0, 0))  # type: ignore[misc]
    assert red > 240
    assert green < 60
    assert blue < 60
    assert decode(saved(image, "TIFF")).mode == "RGB"


def test_an_oversized_profile_or_text_in_a_png_does_not_lose_it() -> None:
    """Pillow refuses a PNG for either."""
    from PIL.PngImagePlugin import PngInfo

    text = PngInfo()
    text.add_text("comment", "x" * (3 * 2**20), zip=True)
    for content in (
        saved(Image.fromarray(COLOURS), "PNG", pnginfo=text),
        saved(Image.fromarray(COLOURS), "PNG", icc_profile=bytes(3 * 2**20)),
    ):
        assert np.array_equal(np.asarray(decode(content)), COLOURS)

"""Every kind of picture file becomes the plain picture that a person sees."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from catseye.errors import PictureError
from catseye.images.decoding import decode

if TYPE_CHECKING:
    from pathlib import Path

RED, WHITE = (255, 0, 0), (255, 255, 255)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def half_and_half(mode: str, left: Any, right: Any) -> Image.Image:
    """Return a picture 4 wide and 2 high, one value on the left, another on the right."""
    image = Image.new(mode, (4, 2), left)
    image.paste(right, (2, 0, 4, 2))
    return image


def corners(image: Image.Image) -> tuple[Any, Any]:
    return image.getpixel((0, 0)), image.getpixel((image.width - 1, image.height - 1))


@pytest.mark.parametrize(
    ("content", "mode", "left", "right"),
    [
        (saved(half_and_half("L", 10, 200), "PNG"), "L", 10, 200),
        (saved(half_and_half("1", 0, 1), "PNG"), "L", 0, 255),
        (saved(half_and_half("RGB", RED, WHITE), "BMP"), "RGB", RED, WHITE),
        (saved(half_and_half("RGB", RED, WHITE).quantize(2), "GIF"), "RGB", RED, WHITE),
        (saved(half_and_half("RGB", RED, WHITE).quantize(2), "PNG"), "RGB", RED, WHITE),
        # half transparent red on white; fully transparent red is white
        (saved(half_and_half("RGBA", (255, 0, 0, 128), (255, 0, 0, 0)), "PNG"), "RGB", (255, 127, 127), WHITE),
        (saved(half_and_half("LA", (0, 255), (0, 0)), "PNG"), "L", 0, 255),
        (saved(half_and_half("L", 0, 100), "PNG", transparency=100), "L", 0, 255),
        (saved(half_and_half("RGB", RED, (0, 255, 0)), "PNG", transparency=(0, 255, 0)), "RGB", RED, WHITE),
        (saved(half_and_half("RGB", RED, WHITE), "WEBP", lossless=True), "RGB", RED, WHITE),
        (saved(half_and_half("RGB", RED, WHITE), "TIFF"), "RGB", RED, WHITE),
        (saved(half_and_half("RGB", RED, WHITE), "PPM"), "RGB", RED, WHITE),
    ],
    ids=["grey", "bilevel", "rgb", "gif", "palette", "rgba", "la", "l+t", "rgb+t", "webp", "tiff", "ppm"],
)
def test_modes_come_out_as_they_look(content: bytes, mode: str, left: Any, right: Any) -> None:
    image = decode(content)
    assert image.mode == mode
    assert corners(image) == (left, right)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_16_bit_greys_are_scaled_not_cut(kind: str) -> None:
    values = np.array([[0, 257, 32896, 65535]], np.uint16)
    assert np.asarray(decode(saved(Image.fromarray(values), kind))).tolist() == [[0, 1, 128, 255]]


def test_cmyk_becomes_the_colour_it_prints() -> None:
    content = saved(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), "JPEG", quality=95)
    red, green, blue = decode(content).getpixel((8, 8))  # type: ignore[misc]
    assert red > 240
    assert green < 15
    assert blue < 15


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int) -> None:
    """A picture with its upper left quarter red, stored turned as a camera would, comes out upright."""
    upright = Image.new("RGB", (32, 16), "blue")
    upright.paste("red", (0, 0, 16, 8))
    turn = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,  # stored a quarter turn to the left, to be shown turned to the right
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(turn[orientation]) if orientation in turn else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = decode(saved(stored, "PNG", exif=exif))
    assert image.size == (32, 16)
    assert image.getpixel((2, 2)) == (255, 0, 0)
    assert image.getpixel((30, 14)) == (0, 0, 255)


def test_broken_exif_does_not_lose_a_picture() -> None:
    content = saved(Image.new("RGB", (8, 8), "red"), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert decode(content).size == (8, 8)


def test_of_an_animation_the_first_frame_is_taken() -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    assert decode(saved(frames[0], "GIF", save_all=True, append_images=frames[1:])).getpixel((0, 0)) == RED


def test_a_jpeg_may_be_decoded_small_but_never_below_what_is_needed() -> None:
    content = saved(Image.effect_noise((400, 640), 40), "JPEG")
    assert decode(content).size == (400, 640)
    assert decode(content, at_least=90).size == (100, 160)  # a quarter; an eighth would be 50 wide
    assert decode(content, at_least=300).size == (400, 640)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"GIF89a", "not a picture|truncated|unpack|requires"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not a picture"),
        (saved(Image.effect_noise((64, 64), 9), "JPEG")[:700], "truncated"),
        (saved(Image.new("F", (4, 4), 0.5), "TIFF"), "32-bit fractions"),
    ],
)
def test_what_is_no_sound_picture_has_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(PictureError, match=reason) as caught:
        decode(content, "name.png")
    assert caught.value.picture == "name.png"
    assert "\n" not in str(caught.value)


def test_a_pipe_and_a_folder_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    for path in (tmp_path / "pipe.png", tmp_path):
        with pytest.raises(PictureError, match="not a regular file"):
            decode(path)


SOUND = [
    saved(Image.effect_noise((24, 24), 60).convert(mode), kind)
    for mode, kind in (("RGB", "PNG"), ("L", "JPEG"), ("P", "GIF"), ("RGB", "TIFF"), ("RGB", "WEBP"), ("RGB", "BMP"))
]


@pytest.mark.slow
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(SOUND), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_damaged_file_is_a_picture_or_a_picture_error(content: bytes, damage: list[tuple[float, int]]) -> None:
    spoilt = bytearray(content)
    for place, value in damage:
        spoilt[int(place * (len(spoilt) - 1))] = value
    with suppress(PictureError):  # any other error fails the test
        assert decode(bytes(spoilt)).mode in ("L", "RGB")


def test_exif_that_cannot_be_written_again_does_not_lose_a_turned_picture() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x0213] = 6, 1  # turned; and the position of colours, whose type is spoilt below
    block = exif.tobytes().replace(b"\x13\x02\x03\x00", b"\x13\x02\x05\x00")
    assert decode(saved(Image.new("RGB", (16, 8), "red"), "JPEG", exif=block)).size == (8, 16)


def test_a_picture_of_the_callers_is_left_as_it_is() -> None:
    image = Image.open(io.BytesIO(saved(Image.effect_noise((400, 400), 40), "JPEG")))
    assert decode(image, at_least=20).size == (400, 400)
    assert image.size == (400, 400)

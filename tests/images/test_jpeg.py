"""The quick way through ordinary JPEG files gives Pillow's values, and leaves all else to Pillow."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.datasets.file_pictures import FilePictures
from catseye.errors import PictureError
from catseye.images.decoding import LARGEST_PIXELS, decode, decode_array
from catseye.images.jpeg import quick_jpeg


def waves(height: int, width: int) -> Image.Image:
    """A picture with detail in all three channels."""
    rows, columns = np.mgrid[:height, :width]
    channels = [np.sin(rows / 7 + columns / step) * 120 + 128 for step in (5, 9, 13)]
    return Image.fromarray(np.stack(channels, -1).astype(np.uint8))


def jpeg(image: Image.Image, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", **options)
    return buffer.getvalue()


@pytest.mark.parametrize("at_least", [0, 40, 100, 256])
@pytest.mark.parametrize("size", [(300, 500), (1025, 771), (64, 64), (17, 1)])
@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}, {"quality": 20}])
def test_the_values_are_pillows(size: tuple[int, int], at_least: int, options: dict[str, Any]) -> None:
    content = jpeg(waves(*size), **options)
    quick = quick_jpeg(content, at_least, LARGEST_PIXELS)
    assert quick is not None
    assert np.array_equal(quick.pixels, np.asarray(decode(content, at_least=at_least)))
    assert (quick.height, quick.width) == size


@pytest.mark.slow
def test_real_photographs_too(pet_archives: Path) -> None:
    photographs = catseye.load("oxford_iiit_pet", split="test", archives=pet_archives)
    assert isinstance(photographs, FilePictures)
    for path in photographs.paths:
        quick = quick_jpeg(path.read_bytes(), 256, LARGEST_PIXELS)
        assert quick is not None
        assert np.array_equal(quick.pixels, np.asarray(decode(path, at_least=256)))


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return jpeg(waves(30, 40), exif=exif)


@pytest.mark.parametrize(
    "content",
    [
        jpeg(waves(30, 40).convert("L")),
        jpeg(waves(30, 40).convert("CMYK")),
        turned(6),
        jpeg(waves(300, 400))[:-600],
        jpeg(waves(300, 400))[:300],
        b"\xff\xd8\xff" + b"\x00" * 100,
        b"\x89PNG\r\n\x1a\n",
        b"",
    ],
    ids=["grey", "cmyk", "turned", "cut", "header", "nothing", "png", "empty"],
)
def test_all_else_is_left_to_pillow(content: bytes) -> None:
    assert quick_jpeg(content, 0, LARGEST_PIXELS) is None


def test_an_upright_picture_that_says_so_is_quick() -> None:
    assert quick_jpeg(turned(1), 0, LARGEST_PIXELS) is not None


def test_too_many_pixels_are_not_decoded() -> None:
    assert quick_jpeg(jpeg(waves(30, 40)), 0, 30 * 40 - 1) is None


def test_a_file_comes_out_upright_and_a_broken_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "turned.jpg").write_bytes(turned(6))
    assert decode_array(tmp_path / "turned.jpg").shape == (40, 30, 3)
    (tmp_path / "cut.jpg").write_bytes(jpeg(waves(300, 400))[:-600])
    with pytest.raises(PictureError, match=r"cut\.jpg"):
        decode_array(tmp_path / "cut.jpg")

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
from catseye.images.decoding import LARGEST_PIXELS, decode, decode_array, decode_content
from catseye.images.jpeg import quick_jpeg
from catseye.images.preprocess import Preprocess


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


@pytest.mark.parametrize(("side", "decoded"), [(8, 512), (224, 512), (300, 600)])
def test_a_jpeg_keeps_twice_what_a_network_needs_and_512_pixels(side: int, decoded: int) -> None:
    assert Preprocess(side, side // 2, 3).decoded_side == decoded
    assert Preprocess(side, side, 3, crop_share=0.5).decoded_side == max(4 * side, 512)


@pytest.mark.slow
@pytest.mark.parametrize("side", [8, 28, 224])
def test_a_jpeg_decoded_at_a_reduced_size_comes_to_the_same_pixels_within_two_levels(
    pet_archives: Path, side: int
) -> None:
    """Photographs of 1,536 by 2,048 pixels made of real ones, so that all of them are reduced."""
    preprocess = Preprocess(side, side, 3, interpolation="bicubic")
    photographs = catseye.load("oxford_iiit_pet", split="test", archives=pet_archives)
    assert isinstance(photographs, FilePictures)
    tiles = [Image.open(path).convert("RGB").resize((512, 384)) for path in photographs.paths[:48]]
    for start in range(0, 48, 16):
        large = Image.new("RGB", (2048, 1536))
        for place in range(16):
            large.paste(tiles[start + place], (place % 4 * 512, place // 4 * 384))
        content = jpeg(large, quality=90)
        reduced = decode_content(content, "", preprocess.decoded_side)
        assert reduced.shape[0] < 1536
        whole = preprocess.pixels(decode_content(content, ""))
        differences = np.abs(preprocess.pixels(reduced).astype(int) - whole)
        assert np.quantile(differences, 0.99) <= 2


def test_a_small_network_sees_the_same_in_a_jpeg_and_in_its_pixels() -> None:
    """Exported files get pixels: what ``predict`` decodes must not depend on what the network needs."""
    content = jpeg(waves(500, 375))
    preprocess = Preprocess(28, 28, 1)
    decoded = decode_content(content, "", preprocess.decoded_side)
    assert np.array_equal(preprocess.pixels(decoded), preprocess.pixels(decode_content(content, "")))

"""A picture file is looked into once, whatever is decoded on the way."""

from __future__ import annotations

import io
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
import simplejpeg
from PIL import Image

from catseye.datasets.folders.inspection import inspect_files
from catseye.datasets.folders.inspection_cache import Inspection
from catseye.images.decoded_ahead import decoding_ahead
from catseye.images.decoding import decode_array
from catseye.images.preprocess import Preprocess

PREPROCESS = Preprocess(16, 16, 3)


def saved(picture: np.ndarray, kind: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, kind)
    return buffer.getvalue()


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """Colour, grey, turned, broken; JPEG and PNG."""
    rng = np.random.default_rng(0)
    colour, grey = rng.integers(0, 256, (90, 70, 3), np.uint8), rng.integers(0, 256, (40, 50), np.uint8)
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    turned = io.BytesIO()
    Image.fromarray(colour).save(turned, "JPEG", exif=exif)
    content = {
        "colour.jpg": saved(colour, "JPEG"),
        "grey.jpg": saved(grey, "JPEG"),
        "turned.jpg": turned.getvalue(),
        "colour.png": saved(colour, "PNG"),
        "truncated.jpg": saved(colour, "JPEG")[:-500],
        "text.jpg": b"no picture",
    }
    for name, data in content.items():
        (tmp_path / name).write_bytes(data)
    return {name: tmp_path / name for name in content}


def facts(inspections: list[Inspection]) -> list[tuple[int, int, bool, bool]]:
    return [(one.height, one.width, one.grey, bool(one.fault)) for one in inspections]


@pytest.mark.parametrize("preprocess", [None, PREPROCESS])
def test_size_colour_and_faults_are_the_same_with_and_without_decoding_ahead(
    files: dict[str, Path], tmp_path: Path, preprocess: Preprocess | None
) -> None:
    with decoding_ahead(preprocess):
        found = inspect_files(list(files.values()), tmp_path / "home")
    assert facts(found) == [
        (90, 70, False, False),
        (40, 50, True, False),
        (70, 90, False, False),
        (90, 70, False, False),
        (0, 0, False, True),
        (0, 0, False, True),
    ]


def test_what_was_decoded_is_what_a_picture_later_comes_to(files: dict[str, Path], tmp_path: Path) -> None:
    with decoding_ahead(PREPROCESS) as ahead:
        found = inspect_files(list(files.values()), tmp_path / "home")
    assert ahead is not None
    taken = {
        path.name: pixels
        for one, path in zip(found, files.values(), strict=True)
        if (pixels := ahead.take(one.digest, PREPROCESS)) is not None
    }
    assert taken.keys() == {"colour.jpg", "colour.png"}  # grey and turned JPEG files are decoded in another way
    for name, pixels in taken.items():
        assert np.array_equal(pixels, PREPROCESS.pixels(decode_array(files[name], PREPROCESS.decoded_side))), name


def test_a_jpeg_is_decoded_once(files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decode = Mock(wraps=simplejpeg.decode_jpeg)
    monkeypatch.setattr(simplejpeg, "decode_jpeg", decode)
    with decoding_ahead(PREPROCESS):
        inspect_files([files["colour.jpg"]], tmp_path / "home")
    assert decode.call_count == 1


def test_files_that_are_known_are_not_opened(files: dict[str, Path], tmp_path: Path) -> None:
    inspect_files(list(files.values()), tmp_path / "home")
    with decoding_ahead(PREPROCESS) as ahead:
        found = inspect_files([files["colour.jpg"]], tmp_path / "home")
    assert ahead is not None
    assert ahead.take(found[0].digest, PREPROCESS) is None

"""Formats are known by content; what is not read is called by its name, with what to do."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from catseye.errors import PictureError
from catseye.images.decoding import decode
from catseye.images.formats import FORMATS, START_BYTES, is_picture_file, recognise
from catseye.images.other_formats import find_other_format

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = Image.linear_gradient("L").convert("RGB").resize((60, 40))
WRITERS: dict[str, dict[str, Any]] = {
    **{"AVIF": {}, "BMP": {}, "GIF": {}, "JPEG": {}, "JPEG2000": {}, "PNG": {}, "PPM": {}, "TIFF": {}, "WEBP": {}},
}


def saved(kind: str) -> bytes:
    buffer = io.BytesIO()
    if kind == "HEIF":
        pillow_heif.from_pillow(PICTURE).save(buffer)
    else:
        PICTURE.save(buffer, kind)
    return buffer.getvalue()


CONTENT = {kind: saved(kind) for kind in FORMATS}


@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_is_read_whatever_it_is_called(kind: str) -> None:
    assert recognise(CONTENT[kind][:START_BYTES]) == kind
    found = np.asarray(decode(CONTENT[kind], "x.png"), int)
    assert np.abs(found - np.asarray(PICTURE)).max() < 30


@pytest.mark.parametrize(
    "name", ["1.jfif", "1.JPE", "1.avif", "1.heic", "1", "1.jpg_large", "Fig. 1", "img.2", "a.apng"]
)
def test_rare_endings_and_none_are_looked_into(tmp_path: Path, name: str) -> None:
    for kind in FORMATS:
        (tmp_path / name).write_bytes(CONTENT[kind])
        assert is_picture_file(tmp_path / name)
    (tmp_path / name).write_text("BM, PNG and GIF are formats. P5 too")
    assert not is_picture_file(tmp_path / name)
    (tmp_path / name).write_bytes(b"")
    assert not is_picture_file(tmp_path / name)


@pytest.mark.parametrize("name", ["1.txt", "1.psd", "1.nef", "labels.csv", "1.json", "1.dng"])
def test_other_endings_are_not_opened(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(CONTENT["TIFF"])
    assert not is_picture_file(tmp_path / name)


def test_neither_folders_nor_what_is_missing_are_pictures(tmp_path: Path) -> None:
    assert not is_picture_file(tmp_path)
    assert not is_picture_file(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("start", "suffix", "what"),
    [
        (b"%PDF-1.7\n", "", "a PDF document"),
        (b"8BPS\0\1", ".jpg", "a Photoshop file"),
        (b"<?xml version='1.0'?>\n<svg xmlns=''>", "", "a vector drawing"),
        (b"\xef\xbb\xbf  <SVG>", "", "a vector drawing"),
        (b"\n<!DOCTYPE html><html>", ".png", "a web page left by a failed download"),
        (b"\0\0\0\x18ftypmp42", "", "a video"),
        (b"\0\0\0\x14ftypqt  ", "", "a video"),
        (b"\0\0\0\x18ftypcrx ", "", "a camera's raw file"),
        (b"II*\0\x10\0\0\0CR\2\0", "", "a camera's raw file"),
        (b"II*\0\x08\0\0\0", ".nef", "a camera's raw file"),
        (b"RIFF\0\0\0\0AVI LIST", "", "a video"),
        (b"PK\x03\x04", "", "an archive"),
        (b"PK\x03\x04", ".docx", "an office document"),
        (b"version https://git-lfs.github.com/spec/v1", ".jpg", "a Git LFS pointer, not the file itself"),
        (bytes(128) + b"DICM", "", "a medical image (DICOM)"),
        (b"", ".tga", "a Targa picture"),
    ],
)
def test_what_is_not_read_has_a_name(start: bytes, suffix: str, what: str) -> None:
    found = find_other_format(start, suffix)
    assert found is not None
    assert found.what == what
    with pytest.raises(PictureError) as caught:
        decode(start or b"x", f"name{suffix}")
    assert caught.value.reason == f"not a picture in a supported format: it is {what}; {found.advice}"


def test_without_pillow_heif_the_error_names_the_line_that_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(PictureError, match=r'pip install "catseye\[heif\]"'):
        decode(CONTENT["HEIF"])


def test_reading_registers_nothing_with_pillow() -> None:
    decode(CONTENT["HEIF"])
    assert "HEIF" not in Image.OPEN
    assert ".heic" not in Image.EXTENSION


def test_a_telephones_picture_comes_upright() -> None:
    stored = Image.new("RGB", (64, 32), "blue")
    stored.paste("red", (0, 0, 32, 32))
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in ("HEIF", "AVIF", "WEBP", "JPEG"):
        buffer = io.BytesIO()
        if kind == "HEIF":
            pillow_heif.from_pillow(stored).save(buffer, exif=exif.tobytes())
        else:
            stored.save(buffer, kind, exif=exif.tobytes())
        found = decode(buffer.getvalue())
        assert found.size == (32, 64), kind
        red, _, blue = found.getpixel((16, 8))  # type: ignore[misc]
        assert red > 200 > 50 > blue, kind

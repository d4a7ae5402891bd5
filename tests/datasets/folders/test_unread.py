"""A folder of files that are not read says what they are, and what to do instead."""

from __future__ import annotations

from pathlib import Path

import pytest

import catseye
from catseye.datasets.folders.unread import describe_unread, name_ending
from catseye.errors import CatseyeError, UsageError

RAW = b"II*\0\x10\0\0\0CR\2\0" + bytes(90)


def write(root: Path, contents: dict[str, bytes]) -> Path:
    for name, content in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def test_the_commonest_kinds_are_named_with_what_to_do(tmp_path: Path) -> None:
    write(tmp_path, {"a/1.CR2": RAW, "a/2.cr2": RAW, "b/1.nef": b"II*\0\x08\0\0\0", "b/film": b"\0\0\0\x18ftypmp42"})
    says = (
        "3 × a camera's raw file (.cr2, .nef): export it as JPEG or TIFF with your camera's program; "
        "1 × a video (no ending): save frames of it as pictures"
    )
    assert describe_unread(sorted(path for path in tmp_path.rglob("*") if path.is_file())) == says
    with pytest.raises(CatseyeError) as caught:
        catseye.load(tmp_path)
    assert str(caught.value) == f"{tmp_path} holds no pictures that can be read.\n{says}."


def test_predict_says_so_too(tmp_path: Path) -> None:
    write(tmp_path, {"1.psd": b"8BPS"})
    with pytest.raises(UsageError, match=r"holds no pictures that can be read\.\n1 × a Photoshop file \(\.psd\)"):
        catseye.predict("efficientnet_lite0", str(tmp_path))


def test_texts_are_no_pictures_that_somebody_meant(tmp_path: Path) -> None:
    write(tmp_path, {"a/notes.txt": b"x", "a/empty": b""})
    assert describe_unread((tmp_path / "a").iterdir()) == ""
    with pytest.raises(CatseyeError, match="holds no pictures; expected one folder per class"):
        catseye.load(tmp_path)


def test_endings_are_named_where_known() -> None:
    assert name_ending(".psd") == ".psd (a Photoshop file)"
    assert name_ending(".txt") == ".txt"
    assert name_ending("") == "no ending"

"""Files that are archives, and files that only look like some."""

from __future__ import annotations

import io
import tarfile
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

import catseye
from catseye.datasets.archive_kind import is_tar_head
from catseye.errors import CatseyeError, UsageError
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (
            "p.7z",
            b"7z\xbc\xaf\x27\x1c",
            "is a 7z archive, which Catseye cannot unpack; unpack it yourself and give the folder",
        ),
        ("p.rar", b"Rar!\x1a\x07\x01\x00", "is a RAR archive, which Catseye cannot unpack"),
        ("p.zip", b"Rar!\x1a\x07\x01\x00", "is a RAR archive, which Catseye cannot unpack"),
        ("p.zip", b"\n<!DOCTYPE html>", "is a web page, not an archive: the download went wrong"),
        ("p.zip", b"version https://git-lfs.github.com/spec/v1\n", "not the archive itself; run git lfs pull"),
        ("p.zip", b"hello", "is incomplete or damaged"),
        ("p.tar", b"hello" * 200, r"is incomplete or damaged \(it is not an archive\)"),
        ("p.iso", b"\0" * 600, r"is not a supported archive \(\.zip, \.tar, "),
        ("p.z01", b"PK\x07\x08" + b"\0" * 600, r"is one part of a split archive; join them \(zip -s 0 p.zip --out "),
        ("p.zip.001", b"PK\x03\x04" + b"\0" * 600, r"one part of a split archive; join them \(cat p.zip\?\* > p.zip\)"),
        ("P.ZIP.002", b"\0" * 600, r"one part of a split archive; join them \(cat P.ZIP\?\* > P.ZIP\)"),
        ("p.tar.gz.ab", b"\0" * 600, r"one part of a split archive; join them \(cat p.tar.gz\?\* > p.tar.gz\)"),
        ("p.tgz.part-3", b"\0" * 600, r"one part of a split archive; join them \(cat p.tgz\?\* > p.tgz\)"),
        (
            "p.part1.rar",
            b"Rar!\x1a\x07\x01\x00",
            "one part of a split archive, which Catseye cannot unpack; unpack it with",
        ),
        ("p.r00", b"Rar!\x1a\x07\x01\x00", "one part of a split archive, which Catseye cannot unpack; unpack it with"),
        ("p.7z.001", b"7z\xbc\xaf\x27\x1c", "one part of a split archive, which Catseye cannot unpack"),
        ("p.7z.002", b"\0" * 600, "one part of a split archive, which Catseye cannot unpack; unpack it with"),
        ("p.zip.part", b"PK\x03\x04", "is an unfinished download; wait for its end"),
        ("p.tar.gz.crdownload", b"\x1f\x8b", "is an unfinished download"),
        ("p.tlz", b"LZIP\x01", "is an lzip file, which Catseye cannot unpack; unpack it yourself"),
        ("p.tlz", b"\x5d\0\0\x80\0", "is an LZMA file, which Catseye cannot unpack; unpack it yourself"),
        ("p.taz", b"\x1f\x9d\x90", "is a .Z archive, which Catseye cannot unpack; unpack it yourself"),
        ("p.sit", b"SIT!", "is a StuffIt archive, which Catseye cannot unpack"),
        ("README", b"hello", "is neither a folder nor an archive"),
        ("labels.xlsx", b"PK\x03\x04", "is a table of a kind that is not read here; save it as .csv"),
        ("labels.parquet", b"PAR1", "is a table of a kind that is not read here; save it as .csv"),
        ("notes.docx", b"PK\x03\x04", "is neither a folder nor an archive"),
    ],
)
def test_what_is_not_unpacked_says_what_to_do(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CatseyeError, match=says):
        catseye.load(tmp_path / name)


@pytest.mark.parametrize("format_", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_tar_is_known_by_its_head(format_: int) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format_) as file:
        file.addfile(tarfile.TarInfo("a"))
    head = bytearray(buffer.getvalue()[:512])
    assert is_tar_head(bytes(head))
    head[257:265] = bytes(8)  # as before POSIX, when only the checksum told
    head[148:156] = b"%06o\0 " % (sum(head[:148]) + 8 * 32 + sum(head[156:]))
    assert is_tar_head(bytes(head))
    head[0] ^= 1
    assert not is_tar_head(bytes(head))


def test_archives_in_an_archive_or_folder_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "download"
    folder.mkdir()
    for name in ("train.zip", "test1.zip"):
        with zipfile.ZipFile(folder / name, "w") as file:
            file.writestr("x", "x")
    with pytest.raises(
        CatseyeError, match=r"archives but no pictures \(test1.zip, train.zip\): give one of them, e.g. "
    ):
        catseye.load(folder)
    outer = tmp_path / "outer.zip"
    with zipfile.ZipFile(outer, "w") as file:
        for path in folder.iterdir():
            file.write(path, path.name)
    with pytest.raises(
        CatseyeError, match=r"pictures \(test1.zip, train.zip\): unpack .*outer.zip and give one of them"
    ):
        catseye.load(outer)
    draw_folder(folder, {"a": 2, "b": 2})
    assert f"archives inside are not unpacked: {folder}/test1.zip, {folder}/train.zip." in catseye.load(folder).notes


def test_a_missing_archive_of_any_kind_is_said_to_be_missing(tmp_path: Path) -> None:
    for suffix in (".zip", ".tar.xz", ".tzst"):
        with pytest.raises(UsageError, match="there is no folder or archive"):
            catseye.load(f"{tmp_path}/none{suffix}")


@pytest.mark.parametrize(
    ("ending", "mode"),
    [
        ("tbz", "w:bz2"),
        ("TBZ2", "w:bz2"),
        ("tb2", "w:bz2"),
        ("tz2", "w:bz2"),
        ("txz", "w:xz"),
        ("taz", "w:gz"),
        ("tgz", "w:gz"),
    ],
)
def test_short_endings_of_tars_are_read_as_their_long_forms(ending: str, mode: Any, tmp_path: Path) -> None:
    draw_folder(tmp_path / "photos", {"cat": 5, "dog": 5, "owl": 5})
    archive = tmp_path / f"p.{ending}"
    with tarfile.open(archive, mode) as file:
        file.add(tmp_path / "photos", "photos")
    assert sum(map(len, catseye.load(archive).values())) == 15


def test_the_last_part_of_a_split_zip_and_a_slice_that_is_whole(tmp_path: Path) -> None:
    draw_folder(tmp_path / "photos", {"cat": 5, "dog": 5, "owl": 5})
    content = _zipped(tmp_path / "photos")
    (tmp_path / "one.zip.001").write_bytes(content)
    assert sum(map(len, catseye.load(tmp_path / "one.zip.001").values())) == 15
    for number in (1, 2):
        (tmp_path / f"two.zip.00{number}").write_bytes(content[:-100] if number == 1 else content[-100:])
        with pytest.raises(UsageError, match="one part of a split archive"):
            catseye.load(tmp_path / f"two.zip.00{number}")
    (tmp_path / "joined.zip").write_bytes(b"".join((tmp_path / f"two.zip.00{n}").read_bytes() for n in (1, 2)))
    assert sum(map(len, catseye.load(tmp_path / "joined.zip").values())) == 15  # as the error says
    (tmp_path / "three.zip").write_bytes(content[-100:])
    (tmp_path / "three.z01").write_bytes(content[:-100])
    with pytest.raises(UsageError, match=r"three\.zip is one part of a split archive; join them"):
        catseye.load(tmp_path / "three.zip")


def _zipped(folder: Path) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for path in sorted(folder.rglob("*.*")):
            file.write(path, path.relative_to(folder).as_posix())
    return buffer.getvalue()

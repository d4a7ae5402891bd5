"""Compressed .tar files, their links, and what is wrong with them."""

from __future__ import annotations

import gzip
import io
import lzma
import sys
import tarfile
from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.datasets.preparation import tar_members
from catseye.errors import CatseyeError, UsageError
from tests.datasets.preparation.packing import FOUR, png, write_tar

if TYPE_CHECKING:
    from pathlib import Path

zstandard = pytest.importorskip("zstandard")


def names(path: Path) -> dict[str, str]:
    """Return why each member is left out, by its place."""
    return {out.picture.removeprefix(f"{path}/"): out.reason for out in catseye.load(path).left_out}


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("p.tar.bz2", "w:bz2"),
        ("p.tbz2", "w:bz2"),
        ("p.tar.xz", "w:xz"),
        ("p.TXZ", "w:xz"),
        ("is a tar.gz.zip", "w:gz"),
        ("is xz.tar", "w:xz"),
        ("not compressed.tar.gz", "w"),
        ("no_ending", "w:gz"),
    ],
)
def test_a_tar_is_read_by_its_content_however_compressed(tmp_path: Path, name: str, mode: str) -> None:
    assert len(catseye.load(write_tar(tmp_path / name, list(FOUR), mode))["all"]) == 4


@pytest.mark.parametrize("name", ["p.tar.zst", "p.tzst"])
def test_zstandard_is_read_if_its_package_is_there(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    content = write_tar(tmp_path / "p.tar", list(FOUR)).read_bytes()
    path = tmp_path / name
    frames = zstandard.compress(content[:3000]) + zstandard.compress(content[3000:])
    path.write_bytes(frames)
    assert len(catseye.load(path)["all"]) == 4
    for damaged in (frames[:400], frames[:100] + b"?" * 500):
        path.write_bytes(damaged)
        with pytest.raises(CatseyeError, match="is incomplete or damaged"):
            catseye.load(path)
    path.write_bytes(frames)
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(UsageError, match=r'pip install "catseye\[zstd\]"'):
        catseye.load(path, data_dir=tmp_path / "home")


def test_links_in_a_tar_are_the_pictures_they_lead_to(tmp_path: Path) -> None:
    links: list[tuple[str, bytes | tuple[bytes, str]]] = [
        ("a/2.png", (tarfile.SYMTYPE, "0.png")),
        ("b/2.png", (tarfile.SYMTYPE, "../a/2.png")),
        ("b/3.png", (tarfile.LNKTYPE, "a/1.png")),
        ("c", (tarfile.SYMTYPE, "a")),
        ("b/4.png", (tarfile.SYMTYPE, "none.png")),
        ("b/5.png", (tarfile.SYMTYPE, "5.png")),
        ("b/pipe", (tarfile.FIFOTYPE, "")),
        ("a/1.png", png(99)),
    ]
    path = write_tar(tmp_path / "p.tar", [*FOUR, *links])
    assert len(catseye.load(path)["all"]) == 7
    assert names(path) == {
        "a/1.png": "a later member with the same name is used",
        "c": "a link to the folder a; its content is not repeated",
        "b/4.png": "a broken link",
        "b/5.png": "a link that leads back to itself",
        "b/pipe": "neither a file nor a folder",
    }
    every = catseye.load(path)["all"]
    contents = {every.name(i).rpartition("content/")[2]: every.picture(i) for i in range(len(every))}
    assert (contents["b/3.png"] != contents["a/1.png"]).any()  # it was linked before the other was replaced


def test_a_hard_link_to_nothing_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "p.tar", [*FOUR, ("a/9.png", (tarfile.LNKTYPE, "b/none.png"))])
    with pytest.raises(CatseyeError, match=r"damaged: its member 'a/9.png' is a hard link to 'b/none.png', which does"):
        catseye.load(path)


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_that_ends_early_is_an_error(tmp_path: Path, mode: str) -> None:
    path = write_tar(tmp_path / "p.tar", list(FOUR), mode)
    content = path.read_bytes()
    for share in (0.3, 0.6):
        path.write_bytes(content[: int(share * (len(content) if ":" in mode else 4 * 1536))])
        with pytest.raises(CatseyeError, match="is incomplete or damaged"):
            catseye.load(path)


def test_a_damaged_header_does_not_end_the_archive_silently(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "p.tar", list(FOUR))
    content = bytearray(path.read_bytes())
    second = 512 + -(-len(FOUR[0][1]) // 512) * 512
    content[second + 150] = ord("x")
    path.write_bytes(bytes(content))
    with pytest.raises(CatseyeError, match="is incomplete or damaged"):
        catseye.load(path)


def test_a_tar_without_its_closing_mark_may_be_incomplete(tmp_path: Path) -> None:
    path = write_tar(tmp_path / "p.tar", list(FOUR))
    members = sum(512 + -(-len(content) // 512) * 512 for _, content in FOUR)
    path.write_bytes(path.read_bytes()[:members])
    dataset = catseye.load(path)
    assert len(dataset["all"]) == 4
    assert dataset.notes[0] == "p.tar ends without the end marker of a tar; it may be incomplete."


def test_one_compressed_file_is_no_archive(tmp_path: Path) -> None:
    for name in ("p.gz", "p.tar.gz"):
        (tmp_path / name).write_bytes(gzip.compress(png(0) * 3))
        with pytest.raises(UsageError, match=r"is a single compressed file \(gzip\), not an archive"):
            catseye.load(tmp_path / name)


def test_a_header_that_unpacks_to_too_much_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tar_members, "_HEADER_BYTES", 2**16)
    path = tmp_path / "p.tar.gz"
    with tarfile.open(path, "w:gz", format=tarfile.PAX_FORMAT) as file:
        info = tarfile.TarInfo("a/1.png")
        info.pax_headers = {"comment": "x" * 10**6}
        file.addfile(info, io.BytesIO())
    with pytest.raises(CatseyeError, match="it unpacks to more than its members hold"):
        catseye.load(path)


def test_an_xz_that_asks_for_much_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tar_members, "_XZ_MEMORY_BYTES", 2**20)
    plain = write_tar(tmp_path / "p.tar", list(FOUR)).read_bytes()
    (tmp_path / "p.tar.xz").write_bytes(lzma.compress(plain, preset=9))
    with pytest.raises(CatseyeError, match="Memory usage limit exceeded"):
        catseye.load(tmp_path / "p.tar.xz")


def test_streams_of_xz_one_after_another_are_one(tmp_path: Path) -> None:
    plain = write_tar(tmp_path / "p.tar", list(FOUR)).read_bytes()
    halves = lzma.compress(plain[:2000]) + b"\0" * 8 + lzma.compress(plain[2000:])
    (tmp_path / "p.tar.xz").write_bytes(halves)
    assert len(catseye.load(tmp_path / "p.tar.xz")["all"]) == 4

"""Archives of the user's, some of them hostile."""

from __future__ import annotations

import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.datasets.preparation import archive
from catseye.errors import CatseyeError, UsageError
from tests.conftest import draw, draw_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def pack_zip(source: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w") as file:
        for path in sorted(source.rglob("*")):
            file.write(path, path.relative_to(source))
    return target


def pack_tar(source: Path, target: Path) -> Path:
    with tarfile.open(target, "w:gz" if target.suffix in (".gz", ".tgz") else "w") as file:
        file.add(source, ".")
    return target


@pytest.mark.parametrize(
    ("name", "pack"), [("p.zip", pack_zip), ("p.tar", pack_tar), ("p.tar.gz", pack_tar), ("P.TGZ", pack_tar)]
)
def test_an_archive_is_the_folder_in_it(tmp_path: Path, name: str, pack: Callable[[Path, Path], Path]) -> None:
    folder = draw_folder(tmp_path / "pictures", {"a": 5, "b": 5})
    packed, plain = catseye.load(pack(folder, tmp_path / name)), catseye.load(folder)
    assert packed.info.classes == plain.info.classes
    assert packed["train"].fingerprint() == plain["train"].fingerprint()
    assert packed["test"].fingerprint() == plain["test"].fingerprint()


def test_an_archive_is_unpacked_once_and_again_when_it_changes(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "pictures", {"a": 3, "b": 3})
    home, packed = tmp_path / "home", tmp_path / "p.zip"
    for _ in range(2):
        catseye.load(pack_zip(folder, packed) if not packed.exists() else packed, data_dir=home)
        assert len([path for path in (home / "unpacked").iterdir() if path.is_dir()]) == 1
    draw(folder / "a" / "new.png")
    assert len(catseye.load(pack_zip(folder, packed), data_dir=home)["train+test"]) == 7


@pytest.mark.parametrize("name", ["../evil.png", "/evil.png", "a/../../evil.png", "..\\evil.png", "C:\\evil.png"])
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_member_that_points_outside_is_refused(tmp_path: Path, name: str, kind: str) -> None:
    content = draw(tmp_path / "picture.png").read_bytes()
    packed = tmp_path / "sub" / f"p.{kind}"
    packed.parent.mkdir()
    if kind == "zip":
        with zipfile.ZipFile(packed, "w") as zipped:
            zipped.writestr("a/good.png", content)
            zipped.writestr(name, content)
    else:
        with tarfile.open(packed, "w") as tarred:
            for member in ("a/good.png", name):
                entry = tarfile.TarInfo(member)
                entry.size = len(content)
                tarred.addfile(entry, io.BytesIO(content))
    home = tmp_path / "home"
    with pytest.raises(CatseyeError, match="points outside its folder"):
        catseye.load(packed, data_dir=home)
    assert not list(tmp_path.rglob("evil.png"))
    assert not [path for path in (home / "unpacked").iterdir() if path.is_dir()]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_link_that_points_outside_is_refused(tmp_path: Path, kind: bytes) -> None:
    packed = tmp_path / "p.tar"
    with tarfile.open(packed, "w") as file:
        entry = tarfile.TarInfo("a/link.png")
        entry.type, entry.linkname = kind, "../../../etc/passwd"
        file.addfile(entry)
    with pytest.raises(CatseyeError, match="points outside its folder"):
        catseye.load(packed)


@pytest.mark.parametrize(("name", "pack"), [("p.zip", pack_zip), ("p.tar.gz", pack_tar)])
def test_a_cut_archive_is_said_to_be_one(tmp_path: Path, name: str, pack: Callable[[Path, Path], Path]) -> None:
    packed = pack(draw_folder(tmp_path / "pictures", {"a": 5, "b": 5}), tmp_path / name)
    packed.write_bytes(packed.read_bytes()[:3000])
    with pytest.raises(CatseyeError, match="is incomplete or damaged"):
        catseye.load(packed)


def test_a_locked_zip_is_said_to_be_one(tmp_path: Path) -> None:
    packed = pack_zip(draw_folder(tmp_path / "pictures", {"a": 2, "b": 2}), tmp_path / "p.zip")
    content = bytearray(packed.read_bytes())
    for magic, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # set the encryption bit of every member
        place = content.find(magic)
        while place >= 0:
            content[place + flags] |= 1
            place = content.find(magic, place + 4)
    packed.write_bytes(bytes(content))
    with pytest.raises(CatseyeError, match="protected by a password"):
        catseye.load(packed)


def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "SMALL_BYTES", 10**6)
    packed = tmp_path / "p.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(3):
            file.writestr(f"a/{number}.png", bytes(10**6))
    with pytest.raises(CatseyeError, match="more than the free space"):
        catseye.load(packed, data_dir=tmp_path / "home")
    assert not list((tmp_path / "home").rglob("*.png"))


def test_another_file_is_neither_folder_nor_archive(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="neither a folder nor an archive"):
        catseye.load(draw(tmp_path / "picture.png"))


def test_a_hard_link_is_the_picture_it_names_and_a_colon_is_a_letter(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "pictures", {"a": 2, "b": 2})
    (folder / "a" / "linked.png").hardlink_to(folder / "a" / "0.png")
    (folder / "b" / "1:2.png").write_bytes((folder / "b" / "1.png").read_bytes())
    for packed in (pack_tar(folder, tmp_path / "p.tar"), pack_zip(folder, tmp_path / "p.zip")):
        assert len(catseye.load(packed)["train+test"]) == 6


def test_an_error_about_an_archive_is_one_line(tmp_path: Path) -> None:
    for name in ("empty.tar", "empty.tar.gz", "empty.zip"):
        (tmp_path / name).write_bytes(b"")
        with pytest.raises(CatseyeError, match="is incomplete or damaged") as caught:
            catseye.load(tmp_path / name)
        assert "\n" not in str(caught.value)


def test_what_a_killed_unpacking_left_is_removed_by_the_next(tmp_path: Path) -> None:
    packed = pack_zip(draw_folder(tmp_path / "pictures", {"a": 2, "b": 2}), tmp_path / "p.zip")
    home = tmp_path / "home"
    catseye.load(packed, data_dir=home)
    (whole,) = (path for path in (home / "unpacked").iterdir() if path.is_dir())
    whole.rename(whole.with_name(f".{whole.name}.0123abcd.part"))
    catseye.load(packed, data_dir=home)
    assert [path for path in (home / "unpacked").iterdir() if path.is_dir()] == [whole]

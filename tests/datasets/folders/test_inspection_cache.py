"""What is kept about picture files: nothing is looked into twice, nothing stale is believed, nothing can go wrong."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

import catseye
from catseye.datasets.folders import inspection as inspection
from catseye.datasets.folders import inspection_cache as inspections
from catseye.errors import PictureError
from catseye.images.decoding import decode, read_bytes
from tests.conftest import draw, draw_folder
from tests.datasets.folders.test_folder import break_some

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from catseye.datasets import Dataset


class Opened:
    """Counts the files that are looked into."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        monkeypatch.setattr(inspection, "read_bytes", self._read)

    def _read(self, path: Path) -> bytes:
        self.names.append(path.name)
        return read_bytes(path)

    def by(self, folder: Path, home: Path) -> list[str]:
        """Load a folder; return which of its files were looked into."""
        self.names.clear()
        catseye.load(folder, data_dir=home)
        return sorted(self.names)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    return Opened(monkeypatch)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return draw_folder(tmp_path / "pictures", {"a": 2, "b": 2})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def _facts(dataset: Dataset) -> object:
    return dataset.info, dataset.left_out, dataset.notes, dataset["train"].fingerprint(), dataset["test"].fingerprint()


@pytest.mark.slow
def test_the_second_use_of_a_thousand_photographs_opens_none(photographs: Path, home: Path, opened: Opened) -> None:
    assert len(opened.by(photographs, home)) == 1000
    assert opened.by(photographs, home) == []


def test_a_kept_verdict_says_what_looking_says(folder: Path, home: Path) -> None:
    break_some(folder / "a")
    first = catseye.load(folder, data_dir=home)
    assert len(first.left_out) == 4
    assert _facts(catseye.load(folder, data_dir=home)) == _facts(first)


def test_broken_pictures_are_not_opened_again_but_what_cannot_be_read_is_tried_again(
    folder: Path, home: Path, opened: Opened
) -> None:
    break_some(folder / "a")
    assert len(opened.by(folder, home)) == 8
    assert opened.by(folder, home) == ["empty.jpg"]  # has no content to judge


def test_a_folder_within_a_known_one_is_known(folder: Path, home: Path, opened: Opened) -> None:
    opened.by(folder.parent, home)
    assert opened.by(folder, home) == []
    (folder.parent / "link").symlink_to(folder)
    assert opened.by(folder.parent / "link", home) == []


def test_a_new_file_and_one_of_another_size_are_inspect_missing(folder: Path, home: Path, opened: Opened) -> None:
    opened.by(folder, home)
    draw(folder / "a" / "new.png")
    draw(folder / "b" / "1.png", side=30)
    assert opened.by(folder, home) == ["1.png", "new.png"]


@pytest.mark.parametrize("hidden", [False, True])
def test_a_change_of_content_is_seen_even_behind_the_same_size_and_time(
    folder: Path, home: Path, opened: Opened, hidden: bool
) -> None:
    opened.by(folder, home)
    path = folder / "a" / "0.png"
    before = path.stat()
    time.sleep(0.02)  # the system's clock of files ticks every few milliseconds
    path.write_bytes(bytes(before.st_size))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + (0 if hidden else 10**9)))
    assert opened.by(folder, home) == ["0.png"]
    assert [out.picture for out in catseye.load(folder, data_dir=home).left_out] == [str(path)]


def test_other_rules_or_another_pillow_look_into_all_again(
    folder: Path, home: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.by(folder, home)
    monkeypatch.setattr(inspections, "RULES", "1, Pillow 0.0")
    assert len(opened.by(folder, home)) == 4
    assert opened.by(folder, home) == []


def test_faults_that_may_pass_are_not_kept(folder: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> bytes:
        if path.name == "0.png":
            raise PictureError(str(path), "Permission denied")
        return read_bytes(path)

    def starved(source: bytes, name: str) -> Image.Image:
        if name.endswith("1.png"):
            raise PictureError(name, "MemoryError") from MemoryError()
        return decode(source, name)

    with monkeypatch.context() as patch:
        patch.setattr(inspection, "read_bytes", denied)
        assert {out.reason for out in catseye.load(folder, data_dir=home).left_out} == {"Permission denied"}
    with monkeypatch.context() as patch:
        patch.setattr(inspection, "decode", starved)
        assert len(catseye.load(draw_folder(folder, {"c": 2}), data_dir=home).left_out) == 1
    assert catseye.load(folder, data_dir=home).left_out == ()


def test_a_stopped_check_keeps_what_it_saw(
    folder: Path, home: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(path: Path) -> bytes:
        if path.parent.name == "b" and path.name == "1.png":  # the last in the list
            raise KeyboardInterrupt
        return read_bytes(path)

    with monkeypatch.context() as patch:
        patch.setattr(inspection, "read_bytes", stop)
        with pytest.raises(KeyboardInterrupt):
            catseye.load(folder, data_dir=home)
    assert opened.by(folder, home) == ["1.png"]


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def _overwritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


def _no_database(path: Path) -> None:
    path.write_text("no database" * 1000)


@pytest.mark.parametrize("spoil", [_no_database, _cut, _overwritten])
def test_a_damaged_file_is_thrown_away_and_made_anew(
    folder: Path, home: Path, opened: Opened, spoil: Callable[[Path], None]
) -> None:
    opened.by(folder, home)
    spoil(home / inspections.FILE)
    assert len(opened.by(folder, home)) == 4
    assert opened.by(folder, home) == []


def test_a_file_of_another_version_is_thrown_away_and_made_anew(folder: Path, home: Path, opened: Opened) -> None:
    home.mkdir()
    with closing(sqlite3.connect(home / inspections.FILE)) as database:
        database.execute("CREATE TABLE inspections (file TEXT, sum TEXT)")
    assert len(opened.by(folder, home)) == 4
    assert opened.by(folder, home) == []


def test_a_home_that_cannot_be_written_only_costs_time(folder: Path, tmp_path: Path, opened: Opened) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "blocked" / inspections.FILE).mkdir(parents=True)
    for place in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "blocked"):
        assert len(opened.by(folder, place)) == 4
        assert len(opened.by(folder, place)) == 4


class Full(sqlite3.Connection):
    """A database on a full disk."""

    def executemany(self, *_: object) -> NoReturn:
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error


def test_a_full_disk_only_costs_time(folder: Path, home: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.by(folder, home)
    draw(folder / "a" / "new.png")
    monkeypatch.setattr(sqlite3, "connect", Full)
    for _ in range(2):
        assert opened.by(folder, home) == ["new.png"]  # and what was kept before still is


def test_who_finds_it_in_use_does_without_and_harms_nothing(
    folder: Path, home: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.by(folder, home)
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, timeout=0))
    other = sqlite3.connect(home / inspections.FILE)
    other.execute("BEGIN EXCLUSIVE")
    assert len(opened.by(folder, home)) == 4
    other.rollback()
    other.close()
    assert opened.by(folder, home) == []


def test_several_processes_keep_all_that_they_saw(tmp_path: Path, home: Path, opened: Opened) -> None:
    folders = [draw_folder(tmp_path / name, {"a": 20, "b": 20}) for name in ("x", "y", "z")]
    load = "import sys, catseye; print(len(catseye.load(sys.argv[1], data_dir=sys.argv[2])['train+test']))"
    processes = [
        subprocess.Popen([sys.executable, "-c", load, str(folder), str(home)], stdout=-1, text=True)
        for folder in folders
    ]
    assert [process.communicate(timeout=60)[0].strip() for process in processes] == ["40"] * 3
    for folder in folders:
        assert opened.by(folder, home) == []

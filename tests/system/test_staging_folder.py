"""Folders in which files are made: in use, they stay; what a kill left, goes."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import pytest

from catseye.errors import CatseyeError, UsageError
from catseye.system import staged_folder
from catseye.system.staged_folder import staged
from catseye.system.staging_folder import staging

if TYPE_CHECKING:
    from pathlib import Path

HOLD = """
import pathlib, sys, threading
from catseye.system.staging_folder import staging
with staging(pathlib.Path(sys.argv[1])) as folder:
    (folder / "large").write_bytes(b"half")
    print(folder, flush=True)
    threading.Event().wait(60)
"""


def test_it_is_empty_hidden_beside_the_target_and_gone_afterwards(tmp_path: Path) -> None:
    with staging(tmp_path / "cats.onnx") as folder:
        assert folder.parent == tmp_path
        assert folder.name.startswith(".cats.onnx.")
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / "file").write_bytes(b"")
    with pytest.raises(ZeroDivisionError), staging(tmp_path / "cats.onnx"):
        print(1 / 0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_what_a_kill_left_is_removed_by_the_next_and_what_is_in_use_stays(tmp_path: Path) -> None:
    mine = tmp_path / ".photos.1a2b3c4d"  # a folder that only resembles one
    mine.mkdir()
    command = [sys.executable, "-c", HOLD, str(tmp_path / "cats.onnx")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        held = process.stdout.readline().strip()
        with staging(tmp_path / "dogs.onnx") as own:
            assert {str(path) for path in tmp_path.iterdir()} == {held, str(own), str(mine)}
        process.send_signal(signal.SIGKILL)
    assert {str(path) for path in tmp_path.iterdir()} == {held, str(mine)}
    with staging(tmp_path / "dogs.onnx") as own:
        assert set(tmp_path.iterdir()) == {own, mine}


def test_many_threads_remove_no_folder_of_one_another(tmp_path: Path) -> None:
    together = Barrier(8, timeout=60)

    def work(number: int) -> bool:
        for _ in range(20):
            together.wait()
            with staging(tmp_path / "cats.onnx") as folder:
                (folder / str(number)).write_bytes(b"")
                together.wait()
                if [path.name for path in folder.iterdir()] != [str(number)]:
                    return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert list(tmp_path.iterdir()) == []


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_bytes(b"mine")
    (tmp_path / ".x.0123abcd.staged").symlink_to(tmp_path / "mine")
    with staging(tmp_path / "cats.onnx"):
        pass
    assert (tmp_path / "mine" / "file").read_bytes() == b"mine"


@pytest.mark.parametrize("exchanges", [True, False])
def test_a_folder_that_holds_nothing_but_certain_files_is_replaced(
    exchanges: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not exchanges:  # as on systems that cannot exchange two folders
        monkeypatch.setattr(staged_folder, "_exchange", lambda *_: False)
    (tmp_path / "page").mkdir()
    (tmp_path / "page" / "index.html").write_text("old")
    with staged(tmp_path / "page", ("index.html", "page.js")) as folder:
        (folder / "page.js").write_text("new")
        assert (tmp_path / "page" / "index.html").read_text() == "old"
    assert [path.name for path in (tmp_path / "page").iterdir()] == ["page.js"]
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


def test_a_folder_with_anything_else_is_not_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page"
    page.mkdir()
    (page / "index.html").write_text("old")

    def fill() -> None:
        with staged(page, ("index.html",)) as folder:
            (folder / "index.html").write_text("new")
            (page / "mine.txt").write_text("mine")  # while the block runs

    with pytest.raises(UsageError, match="already exists"):
        fill()
    assert {path.name: path.read_text() for path in page.iterdir()} == {"index.html": "old", "mine.txt": "mine"}


def test_of_two_at_once_one_is_refused_and_the_other_whole(tmp_path: Path) -> None:
    def fill() -> None:
        with staged(tmp_path / "page") as second:
            (second / "file").write_text("second")
            with staged(tmp_path / "page") as first:
                (first / "file").write_text("first")

    with pytest.raises(CatseyeError):
        fill()
    assert (tmp_path / "page" / "file").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["page"]

"""The files of an export are placed together or not at all: after a fault or a kill, and with concurrent exports."""

from __future__ import annotations

import errno
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from catseye.export import placing
from catseye.export.placing import place_files
from catseye.system.copies import move_new

if TYPE_CHECKING:
    from collections.abc import Callable

MAIN = "cats.pt2"
NAMES = {MAIN, "cats.weights.safetensors", "load_cats.py"}


def write_set(folder: Path, content: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name in NAMES:
        (folder / name).write_text(content)
    return folder


def read_set(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text() for name in NAMES if (folder / name).exists()}


def fail_at(step: int, fault: BaseException, do: Callable[[Path, Path], object]) -> Callable[[Path, Path], object]:
    """Return ``do``, which raises ``fault`` when it is called for the ``step``-th time."""
    calls = 0

    def work(source: Path, target: Path) -> object:
        nonlocal calls
        calls += 1
        if calls == step:
            raise fault
        return do(source, target)

    return work


def full_disk() -> OSError:
    return OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("fault", [full_disk(), KeyboardInterrupt()])
@pytest.mark.parametrize("step", [1, 2, 3])
def test_new_files_appear_together_or_not_at_all(
    step: int, fault: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, place = write_set(tmp_path / "made", "new"), tmp_path / "place"
    place.mkdir()
    (place / "mine").write_text("mine")
    monkeypatch.setattr(placing, "move_new", fail_at(step, fault, move_new))
    with pytest.raises(type(fault)):
        place_files(made, place / MAIN, force=False)
    assert [path.name for path in place.iterdir()] == ["mine"]


@pytest.mark.parametrize("fault", [full_disk(), KeyboardInterrupt()])
@pytest.mark.parametrize("step", range(1, 6))
def test_files_are_replaced_together_or_not_at_all(
    step: int, fault: BaseException, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two old ones are set aside, and three new ones are moved into place."""
    made, place = write_set(tmp_path / "made", "new"), write_set(tmp_path / "place", "old")
    replace = fail_at(step, fault, Path.replace)
    monkeypatch.setattr(Path, "replace", replace)
    with pytest.raises(type(fault)):
        place_files(made, place / MAIN, force=True)
    assert read_set(place) == dict.fromkeys(NAMES, "old")


def test_files_that_appear_meanwhile_are_kept(tmp_path: Path) -> None:
    made, place = write_set(tmp_path / "made", "second"), write_set(tmp_path / "place", "first")
    with pytest.raises(FileExistsError):
        place_files(made, place / MAIN, force=False)
    assert read_set(place) == dict.fromkeys(NAMES, "first")


KILLED = """
import os, pathlib, sys
from catseye.export.placing import place_files
left, place = int(sys.argv[1]), pathlib.Path.replace
def replace(self, target):
    global left
    if left == 0: os._exit(9)
    left -= 1
    return place(self, target)
pathlib.Path.replace = replace
place_files(pathlib.Path("made"), pathlib.Path("place/cats.pt2"), force=True)
"""


@pytest.mark.slow
@pytest.mark.parametrize("steps", range(6))
def test_a_kill_while_files_are_replaced_leaves_no_old_one_beside_a_new_one(steps: int, tmp_path: Path) -> None:
    write_set(tmp_path / "made", "new")
    place = write_set(tmp_path / "place", "old")
    done = subprocess.run([sys.executable, "-c", KILLED, str(steps)], cwd=tmp_path, check=False)
    assert done.returncode == (9 if steps < 5 else 0)
    found = read_set(place)
    assert found.pop(MAIN) == ("old" if steps < 5 else "new")
    assert len(found) == [2, 1, 0, 1, 2, 2][steps]
    assert set(found.values()) <= ({"old"} if steps < 2 else {"new"})


@pytest.mark.slow
def test_concurrent_replacements_leave_all_files_of_one_of_them(tmp_path: Path) -> None:
    place = write_set(tmp_path / "place", "old")

    def work(number: int) -> None:
        place_files(write_set(tmp_path / f"made {number}", str(number)), place / MAIN, force=True)

    for start in range(0, 200, 8):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(work, range(start, start + 8)))
        found = read_set(place)
        assert found.keys() == NAMES
        assert len(set(found.values())) == 1

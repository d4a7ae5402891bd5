"""Which pictures of a folder can be labelled: each content once, none that is labelled already."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from catseye.active_learning.candidates import Candidates, find_candidates
from catseye.datasets.sketch import make_sketch
from catseye.images.preprocess import Preprocess
from tests.conftest import draw

PREPROCESS = Preprocess(8, 8, 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five different pictures, two of them twice, among other files."""
    root = tmp_path / "inbox"
    for number in range(5):
        draw(root / "ab"[number % 2] / f"{number}.png", seed=number)
    shutil.copy(root / "a" / "0.png", root / "b" / "copy.png")
    shutil.copy(root / "a" / "2.png", root / "a" / "copy.png")
    shutil.copy(root / "a" / "2.png", root / ".hidden.png")
    (root / "film.mp4").write_bytes(b"\0\0\0\x18ftypmp42")
    (root / "empty.png").write_bytes(b"")
    (root / "car\rret.png").write_bytes((root / "b" / "1.png").read_bytes())
    (root / "loop").symlink_to(root)
    (root / "gone.png").symlink_to(root / "nowhere.png")
    return root


def content(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def names(found: Candidates, folder: Path) -> list[str]:
    """Return the paths of the candidates."""
    return [str(Path(found.pictures.name(i)).relative_to(folder)) for i in range(len(found.pictures))]


def test_each_content_is_there_once_and_what_is_skipped_is_counted(folder: Path, tmp_path: Path) -> None:
    found = find_candidates(folder, PREPROCESS, frozenset(), (), tmp_path / "home")
    assert names(found, folder) == ["a/0.png", "a/2.png", "a/4.png", "b/1.png", "b/3.png"]
    assert (found.copies, found.labelled) == (2, 0)
    assert {Path(error.picture).name: error.reason.split(";")[0] for error in found.broken} == {
        "car\rret.png": "its name cannot be written to a CSV file",
        "gone.png": "there is no such file",
        "empty.png": "the file is empty",
    }
    assert found.others == "1 × a video (.mp4): save frames of it as pictures"


def test_labelled_pictures_are_recognised_by_content(folder: Path, tmp_path: Path) -> None:
    labelled, sketched = content(folder / "a" / "0.png"), content(folder / "b" / "3.png")
    found = find_candidates(folder, PREPROCESS, {labelled}, make_sketch([sketched]), tmp_path / "home")
    assert names(found, folder) == ["a/2.png", "a/4.png", "b/1.png"]
    assert (found.copies, found.labelled) == (1, 3)


def test_an_empty_folder_has_no_candidates(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    found = find_candidates(tmp_path / "inbox", PREPROCESS, frozenset(), (), tmp_path)
    assert (len(found.pictures), found.broken, found.others) == (0, (), "")

"""Folders read as trees: links, loops and what cannot be read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.datasets.folders.tree import picture_files, read_tree
from catseye.errors import CatseyeError
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from pathlib import Path


def touch(root: Path, *places: str) -> Path:
    for place in places:
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).touch()
    return root


def test_a_link_to_a_folder_stands_for_it(tmp_path: Path) -> None:
    touch(tmp_path / "pool", "cats/1.jpg", "cats/2.jpg")
    root = touch(tmp_path / "root", "dog/1.jpg")
    (root / "cat").symlink_to(tmp_path / "pool" / "cats")
    found = read_tree(root)
    assert [(branch.name, branch.total) for branch in found.full] == [("cat", 2), ("dog", 1)]
    assert picture_files(root) == [root / "cat" / "1.jpg", root / "cat" / "2.jpg", root / "dog" / "1.jpg"]


def test_links_in_a_circle_end_and_are_named(tmp_path: Path) -> None:
    touch(tmp_path, "a/1.jpg", "b/1.jpg")
    (tmp_path / "a" / "b").symlink_to(tmp_path / "b")
    (tmp_path / "b" / "a").symlink_to(tmp_path / "a")
    (tmp_path / "b" / "up").symlink_to(tmp_path)
    found = read_tree(tmp_path)
    unfollowed = {str(p.relative_to(tmp_path)): why for branch in found.walk() for p, why in branch.unfollowed.items()}
    # a/b is followed once, and b/a once; what lies in them leads back, or to the same folder again.
    assert set(unfollowed.values()) == {"a link to a folder that contains it"}
    assert set(unfollowed) == {"a/b/a", "a/b/up", "b/a/b", "b/up"}
    assert found.total == 4


def test_many_links_to_one_folder_are_followed_once(tmp_path: Path) -> None:
    touch(tmp_path / "pool", "1.jpg")
    for number in range(50):
        (tmp_path / "root" / f"{number:02}").mkdir(parents=True)
        (tmp_path / "root" / f"{number:02}" / "pool").symlink_to(tmp_path / "pool")
    found = read_tree(tmp_path / "root")
    assert found.total == 1
    assert sum(len(branch.unfollowed) for branch in found.walk()) == 49


def test_links_that_lead_nowhere_are_said(tmp_path: Path) -> None:
    draw_folder(tmp_path, {"a": 3, "b": 3})
    (tmp_path / "c").symlink_to(tmp_path / "none")
    (tmp_path / "d").symlink_to(tmp_path / "d")
    (tmp_path / "a" / "gone.png").symlink_to(tmp_path / "none.png")
    dataset = catseye.load(tmp_path)
    (note,) = (note for note in dataset.notes if "link" in note)
    assert note.startswith(f"did not follow 2 links: {tmp_path}/c: a broken link; {tmp_path}/d: a broken")
    (out,) = dataset.left_out
    assert (out.picture, out.reason) == (f"{tmp_path}/a/gone.png", "there is no such file")


def test_a_folder_that_cannot_be_read_is_an_error_that_names_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refuse(path: Path) -> object:
        if path.name == "b":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    touch(tmp_path, "a/1.jpg", "b/1.jpg")
    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(CatseyeError, match=r"the folder .*/b cannot be read: Permission denied\."):
        read_tree(tmp_path)


def test_folders_without_end_are_refused(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a"] * 120)
    deep.mkdir(parents=True)
    with pytest.raises(CatseyeError, match="is nested more than 100 folders deep"):
        read_tree(tmp_path)


def test_what_systems_leave_behind_is_hidden(tmp_path: Path) -> None:
    names = ["__MACOSX/a/1.jpg", "a/._1.jpg", "@eaDir/1.jpg", "a/Thumbs.db", "a/THUMBS.DB", ".ipynb_checkpoints/1.jpg"]
    found = read_tree(touch(tmp_path, "a/1.jpg", "$RECYCLE.BIN/1.jpg", "a/.DS_Store", "lost+found/1.jpg", *names))
    assert [branch.name for branch in found.walk()] == [tmp_path.name, "a"]
    assert found.total == 1
    assert not found.folders[0].others

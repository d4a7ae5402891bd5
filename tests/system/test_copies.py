"""Files copied and linked whole, and never over others."""

from __future__ import annotations

import errno
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from catseye.system.copies import copy_new, link_new

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A file of some age."""
    path = tmp_path / "source.jpg"
    path.write_bytes(b"content")
    os.utime(path, ns=(10**18, 10**18))
    return path


@pytest.mark.parametrize("make", [copy_new, link_new])
def test_content_and_time_are_the_sources(make: Callable[[Path, Path], None], source: Path, tmp_path: Path) -> None:
    make(source, tmp_path / "new.jpg")
    assert (tmp_path / "new.jpg").read_bytes() == b"content"
    assert (tmp_path / "new.jpg").stat().st_mtime_ns == 10**18
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.jpg", "source.jpg"]


@pytest.mark.parametrize("make", [copy_new, link_new])
@pytest.mark.parametrize("is_link", [False, True])
def test_nothing_is_overwritten(
    make: Callable[[Path, Path], None], is_link: bool, source: Path, tmp_path: Path
) -> None:
    target = tmp_path / "mine.jpg"
    target.symlink_to("nowhere") if is_link else target.write_text("mine")
    with pytest.raises(FileExistsError):
        make(source, target)
    assert target.is_symlink() if is_link else target.read_text() == "mine"
    assert len(list(tmp_path.iterdir())) == 2


def test_where_there_are_no_hard_links_a_copy_is_moved_and_overwrites_nothing(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    copy_new(source, tmp_path / "new.jpg")
    with pytest.raises(FileExistsError):
        copy_new(source, tmp_path / "new.jpg")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.jpg", "source.jpg"]


@pytest.mark.parametrize("fault", [KeyboardInterrupt(), OSError(errno.ENOSPC, "no space")])
def test_a_copy_that_is_cut_short_leaves_nothing(
    fault: BaseException, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(_: Path, target: Path) -> None:
        target.write_bytes(b"cont")
        raise fault

    monkeypatch.setattr(shutil, "copyfile", half)
    with pytest.raises(type(fault)):
        copy_new(source, tmp_path / "new.jpg")
    assert [path.name for path in tmp_path.iterdir()] == ["source.jpg"]

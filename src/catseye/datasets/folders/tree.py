"""A folder as it lies on disk: its pictures, its other files and the folders in it, read once."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.datasets.folders.unread import describe_unread
from catseye.errors import CatseyeError, UsageError
from catseye.images.decoding import is_hidden
from catseye.images.formats import is_picture_file

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST = 100  # folders within one another; nobody sorts pictures like that


@dataclass(frozen=True, eq=False)
class Branch:
    """A folder with everything in it that is not hidden, in sorted order.

    Attributes
    ----------
    path : Path
    pictures, others : tuple of Path
        Files directly in it: those that look like pictures, and the others.
    folders : tuple of Branch
    unfollowed : mapping of Path to str
        Links directly in it that are not followed, with the reason.
    """

    path: Path
    pictures: tuple[Path, ...]
    others: tuple[Path, ...]
    folders: tuple[Branch, ...]
    unfollowed: dict[Path, str]

    @property
    def name(self) -> str:
        """The folder's own name."""
        return self.path.name

    @cached_property
    def total(self) -> int:
        """How many pictures there are in it and below."""
        return len(self.pictures) + sum(folder.total for folder in self.folders)

    @cached_property
    def full(self) -> tuple[Branch, ...]:
        """The folders in it that hold pictures, directly or below."""
        return tuple(folder for folder in self.folders if folder.total)

    def walk(self) -> Iterator[Branch]:
        """Yield the folder and all below."""
        yield self
        for folder in self.folders:
            yield from folder.walk()


@dataclass(frozen=True)
class _Walk:
    """What a walk through a tree has to remember: the folders that links led to, as device and inode."""

    followed: set[tuple[int, int]] = field(default_factory=set)


def read_tree(root: Path) -> Branch:
    """Return a folder with everything below it.

    A link to a folder stands for that folder. Each folder is entered through one link at most, and never through a
    link from inside it, so that the walk ends.

    Raises
    ------
    CatseyeError
        A folder cannot be read, or they are nested too deeply.
    """
    return _read(root, (), _Walk())


def _read(folder: Path, above: tuple[tuple[int, int], ...], walk: _Walk) -> Branch:
    if len(above) > _DEEPEST:
        raise CatseyeError(f"{folder} is nested more than {_DEEPEST} folders deep; expected one folder per class.")
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        chain = (*above, _identity(folder))
    except OSError as error:
        raise CatseyeError(f"the folder {folder} cannot be read: {error.strerror or error}.") from error
    pictures: list[Path] = []
    others: list[Path] = []
    folders: list[Branch] = []
    unfollowed: dict[Path, str] = {}
    for entry in found:
        path = folder / entry.name
        if is_hidden(path):
            continue
        reason = _why_not(entry, chain, walk)
        if reason:
            unfollowed[path] = reason
        elif entry.is_dir():
            folders.append(_read(path, chain, walk))
        else:
            (pictures if is_picture_file(path) else others).append(path)
    return Branch(folder, tuple(pictures), tuple(others), tuple(folders), unfollowed)


def _identity(folder: Path) -> tuple[int, int]:
    status = folder.stat()
    return status.st_dev, status.st_ino


def _why_not(entry: os.DirEntry[str], above: tuple[tuple[int, int], ...], walk: _Walk) -> str:
    """Return why a link is not followed; empty for anything else."""
    if not entry.is_symlink():
        return ""
    path = Path(entry.path)
    try:
        if not path.is_dir():
            # A link called like a picture stays one: what is wrong with it is found when it is opened.
            return "" if path.exists() or is_picture_file(path) else "a broken link"
        identity = _identity(path)
    except OSError as error:  # a link to itself
        return f"a broken link ({error.strerror})"
    if identity in above:
        return "a link to a folder that contains it"
    if identity in walk.followed:
        return "a second link to the same folder"
    walk.followed.add(identity)
    return ""


def picture_files(folder: Path) -> list[Path]:
    """Return the picture files in ``folder`` and below in sorted order, hidden ones left out.

    Raises
    ------
    UsageError
        There are none; the message says what else was found.
    CatseyeError
        As for :func:`read_tree`.
    """
    tree = read_tree(folder)
    found = sorted(path for branch in tree.walk() for path in branch.pictures)
    if not found:
        unread = describe_unread(path for branch in tree.walk() for path in branch.others)
        known = f" that can be read.\n{unread}" if unread else ""
        raise UsageError(f"{folder} holds no pictures{known}.")
    return found

"""The files below one folder, looked up by the values of a label file; nothing outside the folder is ever found."""

from __future__ import annotations

import filecmp
import os
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from unicodedata import normalize
from urllib.parse import unquote

from catseye.images.decoding import is_hidden
from catseye.images.formats import SUFFIXES, is_picture_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_DRIVE = re.compile(r"[A-Za-z]:")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


_NOT_HERE = "it is an address, and no picture of its name is here; nothing is downloaded"


@dataclass(frozen=True)
class Found:
    """The file that a value refers to.

    Attributes
    ----------
    place : str
        Path inside the folder; empty if there is none.
    is_exact : bool
        Whether the value is this path, not only its end.
    reason : str
        Why there is none.
    is_ambiguous : bool
        Whether that is because several pictures fit.
    """

    place: str = ""
    is_exact: bool = False
    reason: str = ""
    is_ambiguous: bool = False


@dataclass(frozen=True, eq=False)
class PictureIndex:
    """The files below a folder.

    Attributes
    ----------
    root : Path
    files : frozenset of str
        Paths inside the folder of all files that are not hidden.
    pictures : tuple of str
        Those of pictures, sorted.
    """

    root: Path
    files: frozenset[str]
    pictures: tuple[str, ...]
    _by_name: dict[str, list[str]] = field(default_factory=dict)
    _by_stem: dict[str, list[str]] = field(default_factory=dict)
    _folders: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for place in self.pictures:
            *folders, name = _fold(place).split("/")
            self._by_name.setdefault(name, []).append(place)
            self._by_stem.setdefault(name.rpartition(".")[0] or name, []).append(place)
            self._folders.update(folders)

    def find(self, value: str, base: str = "") -> Found:
        """Return the file that a value of a label file refers to.

        The value is a path from the label file's folder ``base`` or from ``root``. Otherwise a picture whose path
        ends like the value is used (``/home/ann/cats/1.jpg`` is ``cats/1.jpg``, ``1`` is ``images/1.jpg``) if there is
        exactly one, or several are copies of one; this ignores case and Unicode composition. Of an address
        (``https://…/1.jpg?size=2``) only the path counts; nothing is downloaded.
        """
        for place in (f"{base}{value}", value):
            if place in self.files:
                return Found(place, is_exact=True)
        if is_address(value):
            steps = _path_of(value).split("/")
            found = self._find_end([_fold(step) for step in steps if step], anywhere=True)
            return found if found.place or found.reason else Found(reason=_NOT_HERE)
        path = value.replace("\\", "/")
        steps = [step for step in path.split("/") if step not in ("", ".")]
        is_outside = path.startswith("/") or ".." in steps or bool(_DRIVE.match(path))
        while ".." in steps:
            del steps[: steps.index("..") + 1]
        place = "/".join(steps)
        for exact in () if is_outside else (f"{base}{place}", place):
            if exact in self.files:
                return Found(exact, is_exact=True)
        found = self._find_end([_fold(step) for step in steps])
        if not (found.place or found.reason) and is_outside:
            return Found(reason="it is outside the folder of the label file, where no picture is read")
        return found if found.place or found.reason else Found(reason="there is no such file")

    def _find_end(self, steps: list[str], *, anywhere: bool = False) -> Found:
        if not steps:
            return Found()
        *folders, name = steps
        candidates = self._by_name.get(name) or self._by_stem.get(name, [])
        if not candidates:
            return Found()
        common = {place: _common_end(folders, _fold(place).split("/")[:-1]) for place in candidates}
        most = max(common.values())
        best = [place for place, count in common.items() if count == most]
        above = folders[: len(folders) - most]
        if above and above[-1] in self._folders and not anywhere:  # cats/1.jpg is not dogs/1.jpg
            return Found()
        first, *others = sorted(best, key=lambda place: (place.count("/"), place))
        if all(_are_copies(self.root / first, self.root / other) for other in others):
            return Found(first)
        reason = f"{len(best)} pictures have this name, e.g. {best[0]} and {best[1]}"
        return Found(reason=reason, is_ambiguous=True)

    def unnamed(self, named: Collection[str]) -> list[str]:
        """Return the pictures that are not among the named."""
        return [place for place in self.pictures if place not in named]


def _fold(name: str) -> str:
    return name.lower() if name.isascii() else normalize("NFC", name).casefold()


def _are_copies(one: Path, other: Path) -> bool:
    try:
        return filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False


def _common_end(one: list[str], other: list[str]) -> int:
    count = 0
    for mine, its in zip(reversed(one), reversed(other), strict=False):
        if mine != its:
            break
        count += 1
    return count


def index_folder(root: Path, *, only: Collection[str] | None = None) -> PictureIndex:
    """Return the files below ``root``, hidden ones left out; links to folders are followed once.

    ``only`` names the folders directly in ``root`` to look into; its own files are then left out too.
    """
    files = tuple(_walk(root, "", only, set()))
    pictures = sorted(place for place in files if is_picture_file(root / place))
    return PictureIndex(root, frozenset(files), tuple(pictures))


def is_address(value: str) -> bool:
    """Say whether a value is an address such as ``https://…``, not a path."""
    return bool(_ADDRESS.match(value))


def _path_of(address: str) -> str:
    """Return the path of an address: without its server, query and fragment."""
    return unquote(re.split("[?#]", _ADDRESS.sub("", address, count=1), maxsplit=1)[0])


def is_picture_name(name: str) -> bool:
    """Say whether the name, or the path of the address, ends as a picture's."""
    name = _path_of(name) if is_address(name) else name
    return name[name.rfind(".") :].lower() in SUFFIXES


def _walk(folder: Path, prefix: str, only: Collection[str] | None, seen: set[tuple[int, int]]) -> Iterator[str]:
    try:
        status = folder.stat()
        identity = status.st_dev, status.st_ino
        if identity in seen:  # a link to a folder above would never end
            return
        seen.add(identity)
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: (entry.is_symlink(), entry.name))
    except OSError:  # a folder that may not be read has no pictures for us; the rows that name them are reported
        return
    for entry in entries:
        if is_hidden(folder / entry.name):
            continue
        if not entry.is_dir():
            if only is None:
                yield f"{prefix}{entry.name}"
        elif only is None or entry.name in only:
            yield from _walk(folder / entry.name, f"{prefix}{entry.name}/", None, seen)

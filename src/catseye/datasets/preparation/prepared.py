"""A data set of the catalogue on disk: made from its archives once, then opened by every later use."""

from __future__ import annotations

import json
import logging
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.datasets.preparation.locate import local_path, locate_archives
from catseye.errors import CatseyeError
from catseye.system.locks import hold_lock, make_part_folder

if TYPE_CHECKING:
    from catseye.datasets.dataset import Dataset
    from catseye.datasets.preparation.entry import Entry

log = logging.getLogger("catseye")

_FORMAT = 2
_DESCRIPTION = "prepared.json"


@dataclass(frozen=True)
class Prepared:
    """A data set on disk.

    Attributes
    ----------
    dataset : Dataset
        Read from disk as it is used.
    unofficial : tuple of str
        Paths of archives whose content is not the official one.
    """

    dataset: Dataset
    unofficial: tuple[str, ...]


@dataclass(frozen=True)
class _Description:
    """What a prepared folder was made from (path, size and time of each archive), and how many files it must have."""

    sources: dict[str, list[object]]
    unofficial: tuple[str, ...]
    files: int


def prepare(entry: Entry, home: Path, user: Path | None, *, strict: bool) -> Prepared:
    """Return the data set of ``entry``, preparing it where that has not been done.

    One process prepares, others that want the same wait for it. If the user's folder holds archives of this data
    set, it is prepared from them, again if it was prepared from others. ``strict`` makes a broken picture an
    error.

    Raises
    ------
    CatseyeError
        An archive is nowhere or malformed, or the disk is full.
    """
    folder = prepared_folder(entry, home)
    downloads = home / "downloads" / entry.info.name
    with hold_lock(folder):
        sources = _sources(entry, user, downloads)
        ready = _open(entry, folder, home, sources, strict=strict)
        if ready is None:
            _prepare(entry, folder, user, downloads)
            ready = _open(entry, folder, home, None, strict=strict)
    if ready is None:
        raise CatseyeError(f"{folder} cannot be read back; free some space, remove the folder and try again.")
    return ready


def prepared_folder(entry: Entry, home: Path) -> Path:
    """Return where the data set of ``entry`` is kept."""
    return home / "prepared" / f"{entry.info.name}-{entry.info.version}"


def is_whole(folder: Path) -> bool:
    """Say whether ``folder`` holds a prepared data set with all its files."""
    return _description(folder) is not None


def _open(
    entry: Entry, folder: Path, home: Path, sources: dict[str, list[object]] | None, *, strict: bool
) -> Prepared | None:
    """Return the data set in ``folder``; ``None`` if it is not whole, or not made from ``sources``."""
    description = _description(folder)
    if description is None or (sources and description.sources != sources):
        return None
    try:
        return Prepared(entry.storage.open(entry.info, folder, home, strict=strict), description.unofficial)
    except (OSError, ValueError, EOFError):
        return None


def _description(folder: Path) -> _Description | None:
    try:
        fields = json.loads((folder / _DESCRIPTION).read_bytes())
        if fields.pop("format") != _FORMAT:
            return None
        description = _Description(fields["sources"], tuple(fields["unofficial"]), fields["files"])
        # Who clears caches by the age of files leaves a part of them.
        return description if _count_files(folder) >= description.files else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _count_files(folder: Path) -> int:
    return sum(len(files) for _, _, files in os.walk(folder))


def _sources(entry: Entry, user: Path | None, downloads: Path) -> dict[str, list[object]] | None:
    """Return path, size and time of each archive if the user's folder has any of them, else ``None``."""
    if user is None or not any((user / entry.info.name / archive.name).is_file() for archive in entry.archives):
        return None
    paths = [local_path(entry.info.name, archive, user, downloads) for archive in entry.archives]
    return {path.name: _stamp(path) for path in paths if path}


def _stamp(path: Path) -> list[object]:
    status = path.stat()
    return [str(path.resolve()), status.st_size, status.st_mtime_ns]


def _prepare(entry: Entry, folder: Path, user: Path | None, downloads: Path) -> None:
    log.info("preparing %s in %s", entry.info.name, folder)
    found = locate_archives(entry, user, downloads)
    part = make_part_folder(folder)
    try:
        entry.storage.write({name: archive.path for name, archive in found.items()}, part)
        description = {
            "format": _FORMAT,
            "sources": {name: _stamp(archive.path) for name, archive in found.items()},
            "unofficial": [str(archive.path) for archive in found.values() if not archive.official],
            "files": _count_files(part) + 1,  # and the description
        }
        (part / _DESCRIPTION).write_text(json.dumps(description, indent=1))
        if folder.exists():
            shutil.rmtree(folder)
        part.replace(folder)
    except OSError as error:
        advice = "free some space, or choose another folder with data_dir or CATSEYE_HOME."
        raise CatseyeError(f"{folder} cannot be written ({error.strerror or error}); {advice}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)

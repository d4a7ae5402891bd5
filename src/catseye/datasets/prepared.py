"""A data set of the catalogue as arrays on disk: made once, then opened at once by every later use."""

from __future__ import annotations

import glob
import json
import logging
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock, Timeout

from catseye.datasets.fetch import fetch, local_path
from catseye.datasets.pictures import MemoryPictures
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.datasets.entry import Entry

log = logging.getLogger("catseye")

_FORMAT = 1
_DESCRIPTION = "prepared.json"


@dataclass(frozen=True)
class Prepared:
    """Arrays on disk.

    Attributes
    ----------
    splits : dict of str to MemoryPictures
        Read from disk as they are used.
    unofficial : tuple of str
        Paths of archives whose content is not the official one.
    """

    splits: dict[str, MemoryPictures]
    unofficial: tuple[str, ...]


def prepared(entry: Entry, home: Path, user: Path | None) -> Prepared:
    """Return the arrays of ``entry``, preparing them where that has not been done.

    One process prepares, others that want the same wait for it. If the user's folder holds archives of this data
    set, what is prepared is made from them, anew if it was made from others.

    Raises
    ------
    CatseyeError
        An archive is nowhere or malformed, or the disk is full.
    """
    folder = prepared_folder(entry, home)
    downloads = home / "downloads" / entry.info.name
    with locked(folder):
        sources = _sources(entry, user, downloads)
        ready = open_prepared(entry, folder, sources)
        if ready is None:
            _prepare(entry, folder, user, downloads)
            ready = open_prepared(entry, folder, None)
    if ready is None:
        raise CatseyeError(f"{folder} cannot be read back; free some space, remove the folder and try again.")
    return ready


def prepared_folder(entry: Entry, home: Path) -> Path:
    """Return where the arrays of ``entry`` are kept."""
    return home / "prepared" / f"{entry.info.name}-{entry.info.version}"


def open_prepared(entry: Entry, folder: Path, sources: dict[str, list[object]] | None) -> Prepared | None:
    """Return the arrays in ``folder``; ``None`` if they are not whole, or not made from ``sources``."""
    try:
        description = json.loads((folder / _DESCRIPTION).read_bytes())
        if description["format"] != _FORMAT or (sources and description["sources"] != sources):
            return None
        splits = {
            split: MemoryPictures(
                np.load(folder / f"{split}-images.npy", mmap_mode="r", allow_pickle=False),
                np.load(folder / f"{split}-labels.npy", allow_pickle=False),
                entry.info.classes,
            )
            for split in description["splits"]
        }
        return Prepared(splits, tuple(description["unofficial"]))
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of ``folder`` while the block runs; say so if another process has it."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.with_name(folder.name + ".lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            log.info("another process is preparing %s; waiting for it", folder.name)
            lock.acquire()
    except OSError as error:
        mend = "choose another folder with --data-dir or CATSEYE_HOME."
        raise CatseyeError(f"{folder.parent} cannot be used ({error.strerror}); {mend}") from error
    try:
        yield
    finally:
        lock.release()


def new_part(folder: Path) -> Path:
    """Make and return a folder beside ``folder``, to be filled and then moved there; remove what kills left of others.

    Only who holds the lock of ``folder`` may call this.
    """
    for old in folder.parent.glob(f".{glob.escape(folder.name)}.*.part"):
        shutil.rmtree(old, ignore_errors=True)
    part = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    part.mkdir()
    return part


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
    found = fetch(entry, user, downloads)
    splits = entry.read({name: archive.path for name, archive in found.items()})
    description = {
        "format": _FORMAT,
        "splits": list(splits),
        "sources": {name: _stamp(archive.path) for name, archive in found.items()},
        "unofficial": [str(archive.path) for archive in found.values() if not archive.official],
    }
    part = new_part(folder)
    try:
        for split, (images, labels) in splits.items():
            np.save(part / f"{split}-images.npy", images)
            np.save(part / f"{split}-labels.npy", labels)
        (part / _DESCRIPTION).write_text(json.dumps(description, indent=1))
        if folder.exists():
            shutil.rmtree(folder)
        part.replace(folder)
    except OSError as error:
        mend = "free some space, or choose another folder with --data-dir or CATSEYE_HOME."
        raise CatseyeError(f"{folder} cannot be written ({error.strerror or error}); {mend}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)

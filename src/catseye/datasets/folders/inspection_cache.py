"""What was found in picture files, kept in the home folder, so that no file is decoded twice to find out."""

from __future__ import annotations

import json
import os
import time
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING

import PIL

from catseye.images.value_range import Extremes
from catseye.system.database import checksum, with_database

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FILE = "inspections.sqlite"
# Raise the number when `images.decode` refuses other files than before, or reads another size or colour in them.
RULES = f"2, Pillow {PIL.__version__}"
_STEP, _LONG_STEP = 0.02, 2.0  # seconds; the second where times are whole seconds, as FAT's are

_TABLE = """
    CREATE TABLE IF NOT EXISTS inspections (
        path BLOB PRIMARY KEY, size INTEGER, modified INTEGER, changed INTEGER, rules TEXT,
        digest TEXT, height INTEGER, width INTEGER, grey INTEGER, fault TEXT, extremes TEXT, checksum BLOB
    ) WITHOUT ROWID
"""
_FIND = """
    SELECT digest, height, width, grey, fault, extremes, checksum FROM inspections
    WHERE path = ? AND size = ? AND modified = ? AND changed = ? AND rules = ?
"""
_KEEP = "INSERT OR REPLACE INTO inspections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@dataclass(frozen=True)
class Stamp:
    """Which file, and in which state: any change of its content changes the stamp.

    Attributes
    ----------
    path : bytes
        Path in its resolved folder, as the system writes it.
    size : int
        In bytes.
    modified, changed : int
        When its content, and when anything about it, was last changed, in nanoseconds. Copying a file can
        preserve the first.
    """

    path: bytes
    size: int
    modified: int
    changed: int


@dataclass(frozen=True)
class Inspection:
    """What was found in a picture file: its digest, size and colour, or the reason why it cannot be used.

    Attributes
    ----------
    digest : str
        SHA-256 of the file's content.
    height, width : int
        In pixels, upright.
    grey : bool
        Whether it has one channel.
    fault : str
        Empty for an intact picture.
    extremes : Extremes, optional
        The values that a picture with more than 8 bits per channel holds.
    """

    digest: str = ""
    height: int = 0
    width: int = 0
    grey: bool = False
    fault: str = ""
    extremes: Extremes | None = None


def take_stamps(paths: Sequence[Path]) -> list[Stamp | None]:
    """Return the stamp of each file, ``None`` for one that cannot be accessed."""
    folders = {folder: folder.resolve() for folder in {path.parent for path in paths}}
    return [_stamp(path, folders[path.parent] / path.name) for path in paths]


def _stamp(path: Path, resolved: Path) -> Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return Stamp(os.fsencode(resolved), status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def unsettled_for(stamp: Stamp) -> float:
    """Return for how many seconds a change of the file may leave the stamp as it is; 0: every change shows in it.

    File systems count time in steps. Of two changes within one, the second leaves the stamp that the first made.
    """
    changed = stamp.modified if os.name == "nt" else stamp.changed
    step = _STEP if changed % 10**9 else _LONG_STEP
    passed = (time.time_ns() - changed) / 10**9
    return max(0.0, step - passed) if passed > 0 else 0.0


def read_inspections(home: Path, files: Sequence[Stamp]) -> dict[Stamp, Inspection]:
    """Return what is kept under ``home`` for files in exactly this state, found by the rules in force."""

    def find(database: sqlite3.Connection) -> dict[Stamp, Inspection]:
        rows = ((stamp, database.execute(_FIND, (*astuple(stamp), RULES)).fetchone()) for stamp in files)
        return {stamp: _from_row(*row[:-1]) for stamp, row in rows if row and row[-1] == _checksum(stamp, row[:-1])}

    return with_database(home / FILE, _TABLE, find) or {}


def _from_row(digest: str, height: int, width: int, grey: int, fault: str, extremes: str) -> Inspection:
    return Inspection(digest, height, width, bool(grey), fault, Extremes.from_json(json.loads(extremes)))


def _to_row(inspection: Inspection) -> tuple[str | int, ...]:
    extremes = inspection.extremes.to_json() if inspection.extremes else None
    facts = inspection.digest, inspection.height, inspection.width, int(inspection.grey), inspection.fault
    return *facts, json.dumps(extremes)


def _checksum(stamp: Stamp, row: tuple[object, ...]) -> bytes:
    return checksum(*astuple(stamp), RULES, *row)


def keep_inspections(home: Path, inspections: Mapping[Stamp, Inspection]) -> None:
    """Keep inspections under ``home``; if nothing can be written there they are not kept, which is not an error."""

    def write(database: sqlite3.Connection) -> None:
        found = ((stamp, _to_row(inspection)) for stamp, inspection in inspections.items())
        rows = ((*astuple(stamp), RULES, *row, _checksum(stamp, row)) for stamp, row in found)
        database.executemany(_KEEP, rows)

    if inspections:
        with_database(home / FILE, _TABLE, write)

"""A small table on disk for what can be found out again: shared by processes, safe against kills, lost without harm."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")

# No database, a damaged one, or one with another table than ours.
_SPOILT = (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ERROR)
_PRIMARY_CODE = 0xFF  # the rest of SQLite's result codes are details
_CHECKSUM_BYTES = 16


def checksum(*values: object) -> bytes:
    """Return what is kept beside a row's values, to find out whether they are still the same when they are read.

    A disk or a program can damage a value so that the database is still valid.
    """
    digest = hashlib.blake2b(digest_size=_CHECKSUM_BYTES)
    for value in values:
        content = value if isinstance(value, bytes) else repr(value).encode()
        digest.update(b"%d:" % len(content))
        digest.update(content)
    return digest.digest()


def with_database(file: Path, table: str, work: Callable[[sqlite3.Connection], T]) -> T | None:
    """Return the result of ``work`` on the database in ``file``, or on a new one if that is corrupted.

    Where there can be none (a folder that may not be written, a full disk, a database that stays busy) the result is
    ``None``: what is kept here only saves time. ``table`` is the statement that creates the table if need be. All
    that ``work`` writes is there afterwards, or nothing of it.
    """
    for _ in ("as it is", "as a new one"):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(file)) as database, database:
                database.execute(table)
                return work(database)
        except (OSError, UnicodeError):
            return None
        except sqlite3.Error as error:
            # Busy, full, not to be written: it may be intact, and others may be using it.
            if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & _PRIMARY_CODE not in _SPOILT:
                return None
            with suppress(OSError):
                file.unlink()
    return None

"""Folders in which files are made before they are moved into place; what a kill leaves, the next one removes."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BEGINNING = 32  # letters of a name, each of up to four bytes
_RANDOM_BYTES = 4
_ENDING = ".staged"
_NAME = re.compile(rf"\..*\.[0-9a-f]{{{2 * _RANDOM_BYTES}}}{re.escape(_ENDING)}", re.DOTALL)


@contextmanager
def staging(target: Path) -> Iterator[Path]:
    """Give an empty, hidden folder beside ``target``; when the block ends, it is removed with what is still in it.

    Nobody but its owner may look into it. Its lock, which the system releases when a process ends in whatever way,
    tells a folder in use from one that a kill left. The latter are removed from the folder of ``target`` first.

    Raises
    ------
    OSError
        The folder of ``target`` is missing, full, or may not be written.
    """
    _remove_leftovers(target.parent)
    folder, lock = _make(target)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder while the block runs, where its system has locks; whoever holds it is waited for.

    Raises
    ------
    OSError
        There is no such folder.
    """
    try:
        lock = _acquire(folder.resolve(), wait=True)
    except OSError:
        if not folder.is_dir():
            raise
        lock = None  # such as a network drive without locks
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


def _make(target: Path) -> tuple[Path, int | None]:
    """Return a new folder and the descriptor that holds its lock, where the file system has locks."""
    while True:
        folder = target.with_name(f".{target.name[:_BEGINNING]}.{secrets.token_hex(_RANDOM_BYTES)}{_ENDING}")
        folder.mkdir(mode=0o700)
        try:
            lock = _acquire(folder)
        except (BlockingIOError, FileNotFoundError):  # before it was locked, another process took it for a leftover
            continue
        except OSError:  # such as a network drive without locks, where nobody can acquire one either
            return folder, None
        if folder.is_dir():
            return folder, lock
        if lock is not None:
            os.close(lock)


def _remove_leftovers(parent: Path) -> None:
    for folder in [each for each in parent.iterdir() if _NAME.fullmatch(each.name)]:
        with suppress(OSError):  # it is in use, somebody else's, or gone
            lock = _acquire(folder)
            if lock is not None:
                try:
                    shutil.rmtree(folder, ignore_errors=True)
                finally:
                    os.close(lock)


def _acquire(folder: Path, *, wait: bool = False) -> int | None:
    """Return a descriptor that holds a folder's lock; ``None`` on a system whose folders have none.

    Raises
    ------
    BlockingIOError
        The lock is held, and is not waited for.
    OSError
        It is not a folder of ours, or its file system has no locks.
    """
    if sys.platform == "win32":
        return None
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor

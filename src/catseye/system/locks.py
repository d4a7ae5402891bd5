"""Locks between processes, and folders that are filled before they are moved into place."""

from __future__ import annotations

import glob
import logging
import secrets
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

log = logging.getLogger("catseye")


@contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
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
        advice = "choose another folder with data_dir or CATSEYE_HOME."
        raise CatseyeError(f"{folder.parent} cannot be used ({error.strerror}); {advice}") from error
    try:
        yield
    finally:
        lock.release()


def make_part_folder(folder: Path) -> Path:
    """Make and return a folder beside ``folder``, to be filled and then moved there; remove what kills left of others.

    Only who holds the lock of ``folder`` may call this.
    """
    for old in folder.parent.glob(f".{glob.escape(folder.name)}.*.part"):
        shutil.rmtree(old, ignore_errors=True)
    part = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    part.mkdir()
    return part

"""The folder in which worker processes share their metrics: removed at the end, or by the next server."""

from __future__ import annotations

import fcntl
import os
import shutil
import stat
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.serve.settings import SHARED_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX, _UNFINISHED, _LOCK = "catseye-metrics-", "catseye-new-metrics-", "lock"


@contextmanager
def share_metrics() -> Iterator[None]:
    """Let the processes of a server share their metrics while the block runs.

    A server and its forked workers hold the lock of their folder together, until the last of them has ended. The
    folder of a killed server is therefore unlocked; those of the same user are removed here.
    """
    parent = Path(tempfile.gettempdir())
    _remove_abandoned(parent)
    # It gets its final name only once it is locked: other servers could otherwise take it for abandoned.
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=parent))
    lock = _try_to_lock(unfinished)
    folder = unfinished.rename(parent / unfinished.name.replace(_UNFINISHED, _PREFIX))
    os.environ[SHARED_FOLDER] = str(folder)  # prometheus_client reads it once, when it is imported
    try:
        yield
    finally:
        del os.environ[SHARED_FOLDER]
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def forget_process(process: int) -> None:
    """Drop the gauges of a process that has ended, such as its queue length."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(process)  # type: ignore[no-untyped-call]


def _remove_abandoned(parent: Path) -> None:
    for folder in parent.glob(f"{_PREFIX}*"):
        with suppress(OSError):
            found = folder.lstat()
            # Others may write to the system's temporary directory: links and other users' folders are left alone.
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
                lock = _try_to_lock(folder, 0)
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)


def _try_to_lock(folder: Path, creating: int = os.O_CREAT) -> int:
    """Return a file descriptor that holds a folder's lock until every process that has it closes it, or ends.

    Raises
    ------
    OSError
        Another process holds it, or there is none and it is not to be created.
    """
    lock = os.open(folder / _LOCK, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | creating, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock

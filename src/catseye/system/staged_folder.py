"""A folder that is there completely or not at all: filled beside its place, then moved into it."""

from __future__ import annotations

import ctypes
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError, UsageError
from catseye.system.files import check_folder, is_folder, is_there
from catseye.system.staging_folder import staging

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_HERE = -100  # AT_FDCWD of Linux: a relative path begins at the current folder
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux


@contextmanager
def staged(folder: Path, replaced: Collection[str] = ()) -> Iterator[Path]:
    """Give a folder to fill, which is moved to ``folder`` when the block ends without a fault.

    Parameters
    ----------
    folder
    replaced
        Names of files; a folder that holds nothing else is replaced.

    Raises
    ------
    UsageError
        There is something at ``folder`` already, or it cannot lie there.
    CatseyeError
        It cannot be written.
    """
    check_free(folder, replaced)
    try:
        with staging(folder) as place:
            made = place / "folder"
            made.mkdir()
            yield made
            check_free(folder, replaced)  # once more, as filling it may have taken long
            _move(made, folder)
    except OSError as error:
        raise CatseyeError(f"{folder} cannot be written: {error.strerror}.") from error


def check_free(folder: Path, replaced: Collection[str] = ()) -> None:
    """Raise `UsageError` unless a folder can be written there without loss, as ``replaced`` of `staged` says."""
    if not folder.name:
        raise UsageError(f"{folder} cannot be written to; name a folder that does not exist yet.")
    if is_there(folder) and not (is_folder(folder) and {each.name for each in folder.iterdir()} <= set(replaced)):
        raise UsageError(f"{folder} already exists; name a folder that does not exist yet.")
    check_folder(folder)


def _move(made: Path, folder: Path) -> None:
    if not is_folder(folder):
        made.rename(folder)
    elif not _exchange(made, folder):
        folder.rename(made.with_name("replaced"))
        made.rename(folder)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step, so that each place has one at any time; say whether that was done.

    Linux alone can, on most of its file systems.
    """
    try:
        exchange = ctypes.CDLL(None).renameat2
    except (OSError, TypeError, AttributeError):  # another system
        return False
    return bool(exchange(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)

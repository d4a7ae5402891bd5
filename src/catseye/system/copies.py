"""Files copied or linked to new places: whole or not at all, and never over what is there."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
from typing import TYPE_CHECKING

from catseye.system.files import PART

if TYPE_CHECKING:
    from pathlib import Path

_BEGINNING = 32  # letters, each of up to four bytes
_RANDOM_BYTES = 4
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EXDEV, errno.EMLINK, errno.ENOSYS)


def copy_new(source: Path, target: Path) -> None:
    """Copy a file with its times to a place where there is none.

    Raises
    ------
    FileExistsError
        Something is there; it stays as it is.
    OSError
        The file cannot be read or written; then nothing is left of it.
    """
    part = target.with_name(f".{target.name[:_BEGINNING]}.{secrets.token_hex(_RANDOM_BYTES)}{PART}")
    try:
        shutil.copyfile(source, part)
        shutil.copystat(source, part)
        move_new(part, target)
    finally:
        part.unlink(missing_ok=True)


def move_new(source: Path, target: Path) -> None:
    """Move a file within its file system to a place where there is none; two at once cannot both do so.

    Raises
    ------
    FileExistsError
        Something is there; it stays as it is.
    """
    try:
        os.link(source, target)  # unlike a move, this fails if something is there
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        source.rename(target)
    else:
        source.unlink()


def link_new(source: Path, target: Path) -> None:
    """Make a hard link to a file, or to what it links to, in a place where there is none.

    Raises
    ------
    FileExistsError
        Something is there; it stays as it is.
    OSError
        The file system has no hard links, or the two are on different ones.
    """
    os.link(source.resolve(), target)


def has_no_links(error: OSError) -> bool:
    """Say whether a hard link failed because it cannot be made from here to there at all."""
    return error.errno in _NO_LINKS

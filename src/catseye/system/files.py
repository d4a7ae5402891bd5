"""Files that are whole or not there: written beside their place, then moved into it."""

from __future__ import annotations

import errno
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

PART = ".part"
_BEGINNING = 32  # letters, each of up to four bytes
_RANDOM_BYTES = 4
_RANDOM_PATTERN = "[0-9a-f][0-9a-f]" * _RANDOM_BYTES


def is_there(path: str | Path) -> bool:
    """Say whether there is something at ``path``; at one longer than a file system allows, or empty, there is not."""
    return bool(str(path)) and _ask(Path(path).exists)


def is_folder(path: str | Path) -> bool:
    """Say whether ``path`` is a folder, as :func:`is_there` does: an empty text is not the one that we are in."""
    return bool(str(path)) and _ask(Path(path).is_dir)


def _ask(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except OSError as error:  # which newer versions of Python answer themselves
        if error.errno != errno.ENAMETOOLONG:
            raise
        return False


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path`` so that a fault, a kill or a full disk leaves what was there before.

    Raises
    ------
    UsageError
        The path has no name, as the current folder has none.
    CatseyeError
        The disk is full, or the folder is missing or may not be written.
    """
    if not path.name:
        raise UsageError(f"{path} is a folder; expected the name of a file.")
    # The name's beginning alone: a longer name than its own might exceed what a file system allows, often 255 bytes.
    part = path.with_name(f".{path.name[:_BEGINNING]}.{secrets.token_hex(_RANDOM_BYTES)}{PART}")
    try:
        with part.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        if not is_folder(path.parent):
            raise CatseyeError(_no_folder(path)) from error
        raise CatseyeError(f"{path} cannot be written: {error.strerror}. An earlier file is unchanged.") from error
    finally:
        with suppress(OSError):  # what went wrong is said above
            part.unlink()


def flush_file(path: Path) -> None:
    """Wait until a file's content is on the disk, so that a power failure does not leave its name without it."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def remove_parts(folder: Path) -> None:
    """Remove what a killed :func:`write_atomically` left in ``folder``, which must be one that we alone write to."""
    for part in folder.glob(f".*.{_RANDOM_PATTERN}{PART}"):
        part.unlink(missing_ok=True)


def new_output(path: Path, *, force: bool, read: Path | None = None) -> Path:
    """Return ``path`` if a file may be written there; refuse one that exists unless ``force``, and ``read`` always.

    Raises
    ------
    UsageError
        It already exists, is the input, is a folder, or lies in no folder.
    """
    if is_folder(path):
        raise UsageError(f"{path} is a folder; expected the name of a file.")
    if read and _same(path, read):
        raise UsageError(f"{path} is the input, and would be overwritten; choose another name.")
    if is_there(path) and not force:
        raise UsageError(f"{path} already exists; choose another name or use force=True.")
    check_folder(path)
    return path


def find_free(path: Path) -> Path:
    """Return ``path`` or, if there is something already, the first of ``path-2``, ``path-3``, … that is free."""
    if path.name in ("", ".."):  # the folder that we are in, or one above
        path = path.resolve()
    number, free = 2, path
    while os.path.lexists(free):
        free = path.parent / f"{path.name}-{number}"
        number += 1
    return free


def check_folder(path: Path) -> None:
    """Raise `UsageError` if the folder in which a file is to be written is not there."""
    if not is_folder(path.parent):
        raise UsageError(_no_folder(path))


def _no_folder(path: Path) -> str:
    folder = path.parent
    reason = f"{folder} is not a folder." if is_there(folder) else f"there is no folder {folder}. Create it first."
    return f"{path} cannot be written: {reason}"


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):  # one is not there, or what was typed is not a valid file name
        return False

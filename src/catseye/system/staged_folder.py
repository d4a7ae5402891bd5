"""A folder that is there completely or not at all: filled beside its place, then moved into it."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError, UsageError
from catseye.system.files import check_folder, is_folder, is_there

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Give a folder to fill, which is moved to ``folder`` when the block ends without a fault.

    Raises
    ------
    UsageError
        There is something at ``folder`` already, or it cannot lie there.
    CatseyeError
        It cannot be written.
    """
    check_free(folder)
    try:
        with tempfile.TemporaryDirectory(prefix=f".{folder.name[:32]}.", suffix=".part", dir=folder.parent) as place:
            made = Path(place) / "folder"
            made.mkdir()
            yield made
            if is_folder(folder):
                folder.rmdir()  # empty
            made.replace(folder)
    except OSError as error:
        raise CatseyeError(f"{folder} cannot be written: {error.strerror}.") from error


def check_free(folder: Path) -> None:
    """Raise `UsageError` unless a folder can be written there without loss."""
    if not folder.name:
        raise UsageError(f"{folder} cannot be written to; name a folder that does not exist yet.")
    if is_there(folder) and not (is_folder(folder) and not any(folder.iterdir())):
        raise UsageError(f"{folder} already exists; name a folder that does not exist yet.")
    check_folder(folder)

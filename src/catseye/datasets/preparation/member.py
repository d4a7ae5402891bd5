"""One member of an archive that is being unpacked, and the names that archives give."""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from pathlib import Path

_DRIVE = re.compile("[A-Za-z]:")  # of Windows
_LETTER = "\ue05c"  # stands for a backslash that is half of a letter, while paths are taken apart
_BACKSLASH = "\\" if os.sep == "/" else "_"
_FIRST_OF_TWO, _LEAST_SECOND = range(0x81, 0xFF), 0x40  # bytes of a letter in Shift-JIS, GBK and Big5


@dataclass(frozen=True)
class Member:
    """A member of an archive: a file with its content, a link, or something that is neither.

    Attributes
    ----------
    place : str
        Its path in the archive, with ``/`` between the steps, below the top.
    size : int
        Size of its content in bytes, as the archive states it.
    source : file or None
        Its content; ``None`` for anything but a file.
    link : str or None
        The place that it links to.
    hard : bool
        Whether the link is a hard one: another name for a file.
    """

    place: str
    size: int = 0
    source: IO[bytes] | None = None
    link: str | None = None
    hard: bool = False


def safe_place(name: str, archive: Path) -> str:
    """Return the place that a member's name stands for; empty for the top itself.

    Parameters
    ----------
    name
        With ``/`` or, as old programs for Windows write, a backslash between the steps.
    archive
        For the error.

    Raises
    ------
    CatseyeError
        It is outside the archive's folder.
    """
    path = name.replace("\\", "/")
    depth = 0
    for step in path.split("/"):
        depth += {"": 0, ".": 0, "..": -1}.get(step, 1)
        if depth < 0 or path.startswith("/") or "\0" in path or _DRIVE.match(path):
            raise CatseyeError(f"{archive} is refused: its member {name!r} points outside its folder.")
    place = posixpath.normpath(path).replace(_LETTER, _BACKSLASH)
    return "" if place == "." else place


def link_place(member: str, target: str, archive: Path) -> str:
    """Return the place that a symbolic link points to, from where it lies; raise as :func:`safe_place` does."""
    return safe_place(
        target if target.startswith("/") else f"{posixpath.dirname(member)}/{target}".lstrip("/"), archive
    )


def decode_legacy_name(raw: bytes) -> str:
    """Return a name in an unknown encoding as text, byte by byte as in the first PCs' code page 437.

    In Shift-JIS, GBK and Big5 the second byte of a letter can be a backslash; such a byte does not separate steps.
    """
    letters = list(raw.decode("cp437"))
    index = 0
    while index < len(raw):
        pair = raw[index] in _FIRST_OF_TWO and index + 1 < len(raw) and raw[index + 1] >= _LEAST_SECOND
        if pair and raw[index + 1] == ord("\\"):
            letters[index + 1] = _LETTER
        index += 2 if pair else 1
    return "".join(letters)

"""The members of a .zip, with names in whatever encoding they were written."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from catseye.datasets.preparation.member import Member, decode_legacy_name, link_place, safe_place
from catseye.errors import CatseyeError
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_UTF8, _LOCKED = 0x800, 0x1  # flags of a member
_UNICODE_PATH = 0x7075  # the extra field in which Info-ZIP keeps a name in UTF-8
_UNIX = (3, 19)  # systems whose members have a file mode: Unix, and macOS
_LONGEST_LINK = 4096  # bytes


def read_zip(archive: Path, notes: list[str]) -> Iterator[Member]:
    """Yield the members of a .zip in their order; each must be read before the next is asked for.

    Parameters
    ----------
    archive
    notes
        Notes on the archive are added to it.

    Raises
    ------
    CatseyeError
        It is protected by a password, or a member points outside its folder.
    NotImplementedError
        It is compressed in an unsupported way: encrypted by AES, or as Windows packs files of over 2 GB.
    zipfile.BadZipFile, EOFError, zlib.error, UnicodeDecodeError, OSError
        It is damaged.
    """
    guessed: list[str] = []
    with zipfile.ZipFile(archive) as file:
        for info in file.infolist():
            name, known = member_name(info)
            place = safe_place(name, archive)
            if not known:
                guessed.append(place)
            if not place or info.is_dir() or name.endswith(("/", "\\")):
                continue
            yield from _read(file, info, place, archive)
    if guessed:
        notes.append(
            f"read {counted(len(guessed), 'name')} in {archive.name} as code page 437, as the encoding is unknown, "
            f"e.g. {guessed[0]}; pack it again with names in UTF-8 if they look wrong."
        )


def _read(file: zipfile.ZipFile, info: zipfile.ZipInfo, place: str, archive: Path) -> Iterator[Member]:
    if info.flag_bits & _LOCKED:
        raise CatseyeError(f"{archive} is protected by a password; unpack it yourself and give the folder.")
    mode = info.external_attr >> 16 if info.create_system in _UNIX else 0
    with file.open(info) as source:
        if stat.S_ISLNK(mode):
            target = source.read(_LONGEST_LINK).decode(errors="surrogateescape")
            yield Member(place, link=link_place(place, target, archive))
        elif stat.S_IFMT(mode) in (0, stat.S_IFREG):
            yield Member(place, info.file_size, source)
        elif not stat.S_ISDIR(mode):
            yield Member(place)


def member_name(info: zipfile.ZipInfo) -> tuple[str, bool]:
    """Return a member's name, and whether its encoding is known.

    A name is UTF-8 if its flag, or the extra field of Info-ZIP, says so, or if it can be read as that.
    """
    if info.flag_bits & _UTF8:
        return info.orig_filename.partition("\0")[0], True
    raw = info.orig_filename.partition("\0")[0].encode("cp437")
    unicode_path = _unicode_path(info.extra, raw)
    if unicode_path:
        return unicode_path, True
    try:
        return raw.decode(), True
    except UnicodeDecodeError:
        return decode_legacy_name(raw), False


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """Return the name in UTF-8 that is kept beside another; empty if there is none, or it is another name's."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_PATH and len(field) > 5 and field[0] == 1:
            (checksum,) = struct.unpack_from("<L", field, 1)
            try:
                return field[5:].decode() if checksum == zlib.crc32(raw) else ""
            except UnicodeDecodeError:
                return ""
    return ""

"""Kinds of archives, recognised by their content: a name can be wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

ZIP, TAR = "zip", "tar"
GZIP, BZIP2, XZ, ZSTANDARD = "gzip", "bzip2", "xz", "Zstandard"  # of a tar
SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst")
_REFUSED_SUFFIXES = re.compile(
    r"\.(7z|rar|z\d\d|zip\.\d{3}|7z\.\d{3}|gz|bz2|xz|zst|lzma|lz4|lz|br|cab|iso|arj|lzh|tar\.z|tar\.lz\w*)$"
)
_MAGIC = {
    b"PK\x03\x04": ZIP,
    b"PK\x05\x06": ZIP,  # an empty one
    b"PK\x07\x08": ZIP,  # once split, now whole
    b"\x1f\x8b": GZIP,
    b"BZh": BZIP2,
    b"\xfd7zXZ\0": XZ,
    b"\x28\xb5\x2f\xfd": ZSTANDARD,
}
_REFUSED_MAGIC = {
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"\x1f\x9d": "a .Z archive",
    b"\x04\x22\x4d\x18": "an LZ4 file",
    b"LZIP": "an lzip file",
    b"MSCF": "a cabinet file",
}
_LFS_MAGIC = b"version https://git-lfs"
_HEAD_BYTES = 512
_TAR_MAGIC = slice(257, 262)
_CHECKSUM = slice(148, 156)


def is_archive(path: Path) -> bool:
    """Say whether a file has an archive's name, supported or not; without an ending, its content decides."""
    name = path.name.lower()
    if name.endswith(SUFFIXES) or _REFUSED_SUFFIXES.search(name):
        return True
    return not path.suffix and path.is_file() and bool(_kind(_head(path)))


def tell_kind(path: Path) -> str:
    """Return ``ZIP``, ``TAR``, ``GZIP``, ``BZIP2``, ``XZ`` or ``ZSTANDARD``: what the file is, whatever its name.

    Raises
    ------
    UsageError
        It is an archive of an unsupported kind.
    CatseyeError
        It is not an archive, or it is damaged.
    """
    head = _head(path)
    found = _kind(head)
    if found:
        return found
    if head.startswith(_LFS_MAGIC):
        raise UsageError(f"{path} is a Git LFS pointer, not the archive itself; run git lfs pull.")
    refused = next((words for magic, words in _REFUSED_MAGIC.items() if head.startswith(magic)), "")
    if refused:
        raise UsageError(
            f"{path} is {refused}, which Catseye cannot unpack; unpack it yourself and give the folder, "
            f"or pack it as {', '.join(SUFFIXES[:3])}."
        )
    if head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml")):
        raise CatseyeError(f"{path} is a web page, not an archive: the download went wrong; provide an intact copy.")
    if path.name.lower().endswith(".zip"):
        return ZIP  # one with something before it, or a damaged one: it is read from its end
    if path.name.lower().endswith(SUFFIXES):
        raise CatseyeError(f"{path} is incomplete or damaged (it is not an archive); provide an intact copy.")
    raise UsageError(
        f"{path} is not a supported archive ({', '.join(SUFFIXES)}); unpack it yourself and give the folder."
    )


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_HEAD_BYTES)
    except OSError as error:
        raise CatseyeError(f"{path} cannot be read: {error.strerror or error}.") from error


def _kind(head: bytes) -> str:
    """Return the kind of an archive that begins like this; empty if it is none."""
    compressed = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "")
    return compressed or (TAR if is_tar_head(head) else "")


def is_tar_head(head: bytes) -> bool:
    """Say whether 512 bytes are the first of a tar: its magic, or in old ones the checksum, says so."""
    if len(head) < _HEAD_BYTES:
        return False
    if head[_TAR_MAGIC] == b"ustar":
        return True
    digits = head[_CHECKSUM].strip(b" \0")
    blank = head[: _CHECKSUM.start] + b" " * 8 + head[_CHECKSUM.stop :]
    return bool(re.fullmatch(rb"[0-7]{1,7}", digits)) and int(digits, 8) == sum(blank)

"""Kinds of archives, recognised by their content: a name can be wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from zipfile import is_zipfile

from catseye.errors import CatseyeError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

ZIP, TAR = "zip", "tar"
GZIP, BZIP2, XZ, ZSTANDARD = "gzip", "bzip2", "xz", "Zstandard"  # of a tar
SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz", ".tbz2", ".tar.xz", ".txz", ".tar.zst", ".tzst")
# What else is called like an archive; some of these are read, as their content says.
_OTHER_SUFFIXES = re.compile(
    r"\.(7z|rar|zipx|gz|bz2|xz|zst|lzma|lz4|lz|br|cab|iso|arj|lzh|sitx?|tar\.z|tar\.lz\w*|taz|tb2|tz2|tlz|tlzma|tz)$"
)
_SEGMENT = re.compile(r"\.(z\d\d|r\d\d|part\d+\.rar)$")  # of what the program that packed it has split
_SLICE = re.compile(  # of a file that was cut: photos.zip.001, photos.tar.gz.aa, photos.tgz.part-3
    r"(?P<whole>.+\.(zip|7z|rar|tar|tgz|tbz2?|txz|tzst|gz|bz2|xz|zst))[._-]?(part[._-]?)?(\d{1,3}|a[a-z])$"
)
_UNFINISHED = re.compile(r"\.(part|partial|crdownload|download)$")
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
    b"\x5d\x00\x00": "an LZMA file",
    b"SIT!": "a StuffIt archive",
    b"StuffIt": "a StuffIt archive",
    b"MSCF": "a cabinet file",
}
_LFS_MAGIC = b"version https://git-lfs"
_HEAD_BYTES = 512
_TAR_MAGIC = slice(257, 262)
_CHECKSUM = slice(148, 156)


def is_archive(path: Path) -> bool:
    """Say whether a file has an archive's name, supported or not; without an ending, its content decides."""
    name = path.name.lower()
    if name.endswith(SUFFIXES) or _OTHER_SUFFIXES.search(name) or _SEGMENT.search(name) or _SLICE.match(name):
        return True
    if _UNFINISHED.search(name) and is_archive(path.with_suffix("")):
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
    _refuse_part(path, found)
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


def _refuse_part(path: Path, kind: str) -> None:
    """Raise `UsageError` for one part of an archive that is split into several files, or half of a download."""
    name = path.name.lower()
    if _UNFINISHED.search(name):
        raise UsageError(f"{path} is an unfinished download; wait for its end, or download it again.")
    cut = None if name.endswith(SUFFIXES) or _OTHER_SUFFIXES.search(name) else _SLICE.match(name)
    if cut:
        whole = path.name[: len(cut["whole"])]
        if kind and (is_zipfile(path) if kind == ZIP else not _others(path, _SLICE, cut["whole"])):
            return  # the only part is the whole
        how = f"join them (cat {whole}?* > {whole})"
    elif _SEGMENT.search(name) or (name.endswith(".zip") and _others(path, _SEGMENT, path.stem.lower())):
        how = f"join them (zip -s 0 {path.stem}.zip --out whole.zip)"
    else:
        return
    if re.search(r"\.(rar|7z|r\d\d)\b", name):
        raise UsageError(
            f"{path} is one part of a split archive, which Catseye cannot unpack; unpack it with the program that made "
            "it, or 7-Zip, and give the folder."
        )
    raise UsageError(
        f"{path} is one part of a split archive; {how} and give the whole, or unpack it yourself and give the folder."
    )


def _others(path: Path, part: re.Pattern[str], whole: str) -> bool:
    """Say whether further parts of the same archive lie beside one."""
    names = (other.name.lower() for other in path.parent.iterdir() if other.name != path.name)
    return any(part.search(name) and name.startswith(f"{whole}") for name in names)


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

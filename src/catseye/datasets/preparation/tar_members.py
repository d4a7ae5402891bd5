"""The members of a .tar, compressed or not, read once from its beginning to its end."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
from typing import IO, TYPE_CHECKING, Self, cast

from catseye.datasets.archive_kind import BZIP2, GZIP, SUFFIXES, TAR, XZ, ZSTANDARD, is_tar_head
from catseye.datasets.preparation.member import Member, link_place, safe_place
from catseye.errors import CatseyeError, UsageError, install_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEAD_BYTES = 512
_HEADER_BYTES = 2**24  # of headers between two members: names are short, and a bomb is long
_XZ_MEMORY_BYTES = 2**28  # xz -9 needs 65 MiB; a header can ask for 4 GiB
_READ_BYTES = 2**16
_END = ("EOFHeaderError", "EmptyHeaderError")  # what tarfile, unofficially, calls the end: its mark, or no more bytes


def read_tar(archive: Path, kind: str, notes: list[str]) -> Iterator[Member]:
    """Yield the members of a .tar in their order; each must be read before the next is asked for.

    Parameters
    ----------
    archive
    kind
        How it is compressed, as :func:`catseye.datasets.archive_kind.tell_kind` says.
    notes
        Notes on the archive are added to it.

    Raises
    ------
    UsageError
        It is a single compressed file, not an archive; or the package for its compression is not installed.
    CatseyeError
        A member points outside its folder, or its headers are too long.
    tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, OSError, ValueError
        It is damaged.
    """
    with archive.open("rb") as raw:
        metered = _Metered(_decompressed(raw, kind, archive), archive)
        with tarfile.open(fileobj=cast("IO[bytes]", metered), mode="r|", tarinfo=_Info) as file:
            for info in file:
                place = safe_place(info.name, archive)
                metered.allow(info.size)
                yield from _read(file, info, place, archive)
    if metered.tail.strip(b"\0"):
        notes.append(f"{archive.name} ends without the end marker of a tar; it may be incomplete.")


class _Info(tarfile.TarInfo):
    """A header; a damaged one is an error, which tarfile would take for the end of the archive."""

    @classmethod
    def fromtarfile(cls, file: tarfile.TarFile) -> Self:
        """Return the next header; raise `tarfile.ReadError` if it is damaged, other errors at the end."""
        try:
            return super().fromtarfile(file)
        except tarfile.HeaderError as error:
            if type(error).__name__ in _END:
                raise
            raise tarfile.ReadError(str(error)) from error


def _read(file: tarfile.TarFile, info: tarfile.TarInfo, place: str, archive: Path) -> Iterator[Member]:
    if info.issym():
        yield Member(place, link=link_place(place, info.linkname, archive))
    elif info.islnk():  # named from the archive's top
        yield Member(place, link=safe_place(info.linkname, archive), hard=True)
    elif info.isreg():
        source = file.extractfile(info)
        if source:
            with source:
                yield Member(place, info.size, source)
    elif not info.isdir():
        yield Member(place)


def _decompressed(raw: IO[bytes], kind: str, archive: Path) -> IO[bytes]:
    """Return the tar in a compressed file, from its beginning."""
    head = _open(raw, kind, archive).read(_HEAD_BYTES)
    if kind != TAR and not head:
        raise EOFError("its end is missing")
    if kind != TAR and head.strip(b"\0") and not is_tar_head(head):
        raise UsageError(
            f"{archive} is a single compressed file ({kind}), not an archive ({', '.join(SUFFIXES)}); unpack it "
            "yourself."
        )
    raw.seek(0)
    return _open(raw, kind, archive)


def _open(raw: IO[bytes], kind: str, archive: Path) -> IO[bytes]:
    if kind == GZIP:
        return cast("IO[bytes]", gzip.GzipFile(fileobj=raw))
    if kind == BZIP2:
        return cast("IO[bytes]", bz2.BZ2File(raw))
    if kind == XZ:
        return cast("IO[bytes]", _XzFile(raw))
    return _open_zstandard(raw, archive) if kind == ZSTANDARD else raw


def _open_zstandard(raw: IO[bytes], archive: Path) -> IO[bytes]:
    try:
        from zstandard import ZstdDecompressor, ZstdError
    except ModuleNotFoundError as error:
        raise UsageError(
            f"{archive} is compressed with Zstandard, which needs one more package: {install_line('zstd')}"
        ) from error
    # Its memory is limited to windows of 128 MiB, unless told otherwise.
    reader = ZstdDecompressor().stream_reader(raw, read_across_frames=True, closefd=False)
    return cast("IO[bytes]", _ZstandardFile(reader, ZstdError))


class _ZstandardFile:
    """A file in Zstandard, whose package has an error of its own for damage."""

    def __init__(self, reader: IO[bytes], damage: type[Exception]) -> None:
        self._reader = reader
        self._damage = damage

    def read(self, size: int) -> bytes:
        """Return at most ``size`` bytes; raise `EOFError` if the file is damaged."""
        try:
            return self._reader.read(size)
        except self._damage as error:
            raise EOFError(str(error)) from error


class _XzFile:
    """A file in xz that is read forwards, with a limit on the memory that its header can ask for."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self._decompressor = self._new()

    @staticmethod
    def _new() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)

    def read(self, size: int) -> bytes:
        """Return ``size`` bytes, fewer only near the end, none at the end."""
        parts = []
        while size > 0:
            fresh = self._raw.read(_READ_BYTES) if self._decompressor.needs_input else b""
            if self._decompressor.eof:
                rest = self._decompressor.unused_data.lstrip(b"\0") or self._raw.read(_READ_BYTES).lstrip(b"\0")
                if not rest:
                    break
                self._decompressor, fresh = self._new(), rest
            elif not fresh and self._decompressor.needs_input:
                raise EOFError("its end is missing")
            part = self._decompressor.decompress(fresh, size)
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


class _Metered:
    """A stream that gives no more than was allowed: a header, too, can be a bomb."""

    def __init__(self, stream: IO[bytes], archive: Path) -> None:
        self._stream = stream
        self._archive = archive
        self._allowed = _HEADER_BYTES
        self.tail = b""  # the last header or block that was read

    def allow(self, size: int) -> None:
        """Allow a member's content to be read, and everything up to the next."""
        self._allowed = size + _HEADER_BYTES

    def read(self, size: int = -1) -> bytes:
        """Return at most ``size`` bytes; raise `CatseyeError` if they are more than a member can hold."""
        part = self._stream.read(size)
        self._allowed -= len(part)
        self.tail = part[-_HEAD_BYTES:] or self.tail
        if self._allowed < 0:
            raise CatseyeError(f"{self._archive} is refused: it unpacks to more than its members hold.")
        return part

"""The user's .zip or .tar of pictures, unpacked once into the cache. Its content is not trusted."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tarfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from catseye.errors import CatseyeError, first_line
from catseye.system.locks import hold_lock, make_part_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
# Photographs hardly shrink when packed. A small archive that claims to hold this much more is a trap.
LARGEST_RATIO = 200
SMALL_BYTES = 2**30
_COPIED_BYTES = 2**20
_DRIVE = re.compile("[A-Za-z]:")  # of Windows


def is_archive(path: Path) -> bool:
    """Say whether the file's name is that of an archive we unpack."""
    return path.name.lower().endswith(SUFFIXES)


def unpack(archive: Path, home: Path) -> Path:
    """Return a folder with the content of ``archive``, unpacked under ``home`` if it has not been yet.

    Raises
    ------
    CatseyeError
        It is damaged, locked by a password, has a member that points outside its folder, or would fill the disk.
    """
    status = archive.stat()
    key = f"{archive.resolve()} {status.st_size} {status.st_mtime_ns}"
    folder = home / "unpacked" / f"{archive.name}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
    with hold_lock(folder):
        if not folder.exists():
            _unpack_into(archive, folder)
    return folder


def _unpack_into(archive: Path, folder: Path) -> None:
    part = make_part_folder(folder)
    try:
        extract(archive, part)
        part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def extract(archive: Path, folder: Path) -> None:
    """Write the content of ``archive`` into ``folder``.

    Raises
    ------
    CatseyeError
        As for :func:`unpack`.
    """
    room = min(max(SMALL_BYTES, LARGEST_RATIO * archive.stat().st_size), shutil.disk_usage(folder).free)
    members = _zip_members if archive.name.lower().endswith(".zip") else _tar_members
    try:
        for name, size, source in members(archive):
            room -= size
            if room < 0:
                raise CatseyeError(f"{archive} would unpack to more than there is room for; nothing was kept.")
            _copy(source, folder / _safe(name, archive), size)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, NotImplementedError) as error:
        reason = first_line(error) if str(error) else "its end is missing"
        raise CatseyeError(f"{archive} is incomplete or damaged ({reason}); provide an intact copy.") from error
    except RuntimeError as error:  # zipfile's word for a password
        raise CatseyeError(f"{archive} is locked by a password; unpack it yourself and give the folder.") from error
    except OSError as error:
        raise CatseyeError(f"{archive} cannot be unpacked: {error.strerror or error}; nothing was kept.") from error


def _zip_members(archive: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    with zipfile.ZipFile(archive) as file:
        for member in file.infolist():
            _safe(member.filename, archive)
            if not member.is_dir():
                with file.open(member) as source:
                    yield member.filename, member.file_size, source


def _tar_members(archive: Path) -> Iterator[tuple[str, int, IO[bytes]]]:
    with tarfile.open(archive) as file:
        for member in file:
            _safe(member.name, archive)
            if member.issym():
                _safe(str(PurePosixPath(member.name).parent / member.linkname), archive)
            if member.islnk():  # named from the archive's top
                _safe(member.linkname, archive)
            # A hard link is the file it names; symbolic links and devices are passed over.
            source = file.extractfile(member) if member.isfile() or member.islnk() else None
            if source is not None:
                size = source.seek(0, io.SEEK_END)
                source.seek(0)
                yield member.name, size, source


def _safe(name: str, archive: Path) -> PurePosixPath:
    path = PurePosixPath(name.replace("\\", "/"))
    depth = 0
    for step in path.parts:
        depth += -1 if step == ".." else 1
        if depth < 0 or step.startswith("/") or "\0" in step or _DRIVE.match(str(path)):
            raise CatseyeError(f"{archive} is refused: its member {name!r} points outside its folder.")
    return path


def _copy(source: IO[bytes], target: Path, size: int) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        # A zip header can lie about the size: never copy more than it said.
        while size > 0 and (part := source.read(min(size, _COPIED_BYTES))):
            file.write(part)
            size -= len(part)

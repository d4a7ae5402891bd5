"""A user's archive of pictures, unpacked once into the cache. Its content is not trusted."""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import shutil
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.datasets.archive_kind import ZIP, tell_kind
from catseye.datasets.left_out import LeftOut
from catseye.datasets.preparation.tar_members import read_tar
from catseye.datasets.preparation.writer import Writer
from catseye.datasets.preparation.zip_members import read_zip
from catseye.errors import CatseyeError, first_line
from catseye.system.locks import hold_lock, make_part_folder

if TYPE_CHECKING:
    from pathlib import Path

# Photographs hardly shrink when packed. A small archive that claims to hold this much more is a trap.
LARGEST_RATIO = 200
SMALL_BYTES = 2**30
_RULES = 2  # raise the number when members get other names, or others are left out, than before
_CONTENT, _REPORT = "content", "report.json"


@dataclass(frozen=True)
class Unpacked:
    """An archive's content on disk.

    Attributes
    ----------
    folder : Path
    skipped : tuple of LeftOut
        Members that are not in it, by their place in the archive.
    notes : tuple of str
        Further notes on the archive.
    """

    folder: Path
    skipped: tuple[LeftOut, ...]
    notes: tuple[str, ...]


def unpack(archive: Path, home: Path) -> Unpacked:
    """Return the content of ``archive``, unpacked under ``home`` if it has not been yet.

    Raises
    ------
    UsageError
        It is of an unsupported kind.
    CatseyeError
        It is damaged, protected by a password, has a member that points outside its folder, or would fill the disk.
    """
    status = archive.stat()
    key = f"{archive.resolve()} {status.st_size} {status.st_mtime_ns} {_RULES}"
    digest = hashlib.sha256(os.fsencode(key)).hexdigest()[:16]
    folder = home / "unpacked" / f"{archive.name}-{digest}"
    with hold_lock(folder):
        if not folder.exists():
            _unpack_into(archive, folder)
    report = json.loads((folder / _REPORT).read_text())
    skipped = tuple(LeftOut(place, reason) for place, reason in report["skipped"])
    return Unpacked(folder / _CONTENT, skipped, tuple(report["notes"]))


def _unpack_into(archive: Path, folder: Path) -> None:
    part = make_part_folder(folder)
    try:
        content = part / _CONTENT
        content.mkdir()
        skipped, notes = extract(archive, content)
        report = {"skipped": [(out.picture, out.reason) for out in skipped], "notes": notes}
        (part / _REPORT).write_text(json.dumps(report))
        part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def extract(archive: Path, folder: Path) -> tuple[list[LeftOut], list[str]]:
    """Write the content of ``archive`` into ``folder``; return what was left out, and further notes.

    Raises
    ------
    UsageError, CatseyeError
        As for :func:`unpack`.
    """
    room = min(max(SMALL_BYTES, LARGEST_RATIO * archive.stat().st_size), shutil.disk_usage(folder).free)
    notes: list[str] = []
    writer = Writer(archive, folder, room)
    try:
        kind = tell_kind(archive)
        for member in read_zip(archive, notes) if kind == ZIP else read_tar(archive, kind, notes):
            writer.write(member)
        writer.follow_links()
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, UnicodeError) as error:
        reason = first_line(error) if str(error) else "its end is missing"
        if isinstance(error, UnicodeError):
            reason = "a name in it is marked as UTF-8 but is not"
        raise CatseyeError(f"{archive} is incomplete or damaged ({reason}); provide an intact copy.") from error
    except NotImplementedError as error:
        raise CatseyeError(
            f"{archive} is packed in an unsupported way ({error}); unpack it yourself and give the folder."
        ) from error
    except OSError as error:
        if error.errno is None:  # not the system's word, but that of a module which met damage
            raise CatseyeError(f"{archive} is incomplete or damaged ({error}); provide an intact copy.") from error
        raise CatseyeError(f"{archive} cannot be unpacked: {error.strerror or error}; nothing was kept.") from error
    return writer.skipped, notes

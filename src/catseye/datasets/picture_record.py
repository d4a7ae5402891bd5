"""Which pictures the splits of a run held, as a table in its folder: ``picture,class,split,sha256``."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.datasets.info import is_class_name
from catseye.errors import CatseyeError, first_line
from catseye.system.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catseye.datasets.file_pictures import FilePictures

_COLUMNS = ("picture", "class", "split", "sha256")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SPLITS = (TRAIN, VALIDATION, TEST)


class RecordedPicture(NamedTuple):
    """A picture of a run: its file, its class, its split, and the SHA-256 of the file's content."""

    path: Path
    class_name: str
    split: str
    digest: str


def write_record(path: Path, splits: Mapping[str, FilePictures]) -> None:
    """Write the pictures of splits to ``path``, completely or not at all; raise `CatseyeError` if it cannot be."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for split, pictures in splits.items():
        rows = zip(pictures.paths, pictures.labels.tolist(), pictures.digests, strict=True)
        writer.writerows((file, pictures.classes[label], split, digest) for file, label, digest in rows)
    write_atomically(path, text.getvalue().encode(errors="surrogateescape"))


def read_record(path: Path) -> list[RecordedPicture]:
    """Return the pictures that :func:`write_record` wrote.

    Raises
    ------
    CatseyeError
        The file is missing, cannot be read, or holds something else.
    """
    try:
        text = path.read_bytes().decode(errors="surrogateescape")
        header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        if tuple(header) != _COLUMNS:
            raise ValueError(f"its columns are not {', '.join(_COLUMNS)}")
        return [_read_row(row) for row in rows]
    except (OSError, ValueError, csv.Error) as error:
        raise CatseyeError(
            f"{path}, which lists the pictures of a run, cannot be read ({first_line(error)})."
        ) from error


def _read_row(row: list[str]) -> RecordedPicture:
    file, class_name, split, digest = row
    if (
        not file
        or "\0" in file
        or not is_class_name(class_name)
        or split not in _SPLITS
        or not _DIGEST.fullmatch(digest)
    ):
        raise ValueError(f"a row is damaged: {','.join(row)[:60]!a}")
    return RecordedPicture(Path(file), class_name, split, digest)

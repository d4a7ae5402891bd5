"""The CSV file to fill in: which pictures, and an empty column for their labels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from catseye.datasets.label_files.picture_index import PictureIndex
from catseye.drawing.csv_file import is_formula, write_csv
from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLUMNS = ("file", "label")
_HERE = "./"  # with this prefix a path is not a formula and keeps its spaces, and is still the same path


def write_sheet(path: str | Path, folder: Path, pictures: Sequence[Path]) -> Path:
    """Write the file for pictures in a folder; see :meth:`catseye.active_learning.suggestions.Suggestions.save_csv`."""
    path = Path(path)
    base = check_sheet(path, folder)
    cells = [_cell(_place(picture, folder, base)) for picture in pictures]
    # Without a byte-order mark, spreadsheets read UTF-8 in the system's own encoding.
    write_csv(path, _COLUMNS, [(cell, "") for cell in cells], marked=not "".join(cells).isascii())
    return path


def check_sheet(path: Path, folder: Path) -> str:
    """Return the path from the sheet's own folder to that of the pictures, with a slash at its end unless it is empty.

    Raises
    ------
    UsageError
        The sheet would be neither in the folder nor above it, so no label file there could name the pictures.
    """
    own, inside = path.absolute().parent.resolve(), folder.resolve()
    if not inside.is_relative_to(own):
        raise UsageError(
            f"{path} would be neither in {folder} nor in a folder above it, where a label file finds its "
            f"pictures; use {folder / path.name}."
        )
    steps = inside.relative_to(own).as_posix()
    return "" if steps == "." else f"{steps}/"


def can_be_named(place: str) -> bool:
    """Say whether a label file can name the picture at ``place`` in its folder: lone surrogates cannot be written."""
    cell = _cell(place)
    try:
        read = cell.encode().decode().replace("\r\n", "\n").replace("\r", "\n").strip()
    except UnicodeEncodeError:
        return False
    found = PictureIndex(Path(), frozenset([place]), (place,)).find(read)
    return found.is_exact and found.place == place


def _place(picture: Path, folder: Path, base: str) -> str:
    return base + picture.relative_to(folder).as_posix()


def _cell(place: str) -> str:
    return f"{_HERE}{place}" if is_formula(place) or place != place.strip() else place

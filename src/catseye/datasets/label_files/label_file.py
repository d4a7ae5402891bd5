"""A label file and its pictures as a data set."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TRAIN
from catseye.datasets.folders.listing import ListedPicture
from catseye.datasets.folders.own_pictures import make_dataset
from catseye.datasets.info import LABEL
from catseye.datasets.label_files.columns import FILE_NAMES, find_columns, read_labels
from catseye.datasets.label_files.picture_index import index_folder, is_picture_name
from catseye.datasets.label_files.split_names import split_of
from catseye.datasets.label_files.table import LabelTable, read_table
from catseye.datasets.left_out import LeftOut
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.datasets.dataset import Dataset
    from catseye.datasets.label_files.columns import Columns
    from catseye.datasets.label_files.options import LabelOptions
    from catseye.datasets.label_files.picture_index import PictureIndex

# Folders beside the one of the label file in which its pictures may lie, as in data/labels.csv and images/1.jpg.
_PICTURE_FOLDERS = frozenset({"images", "image", "imgs", "img", "pictures", "photos", "pics", "jpg", "jpeg", "png"})
PEEKED_BYTES = 2**18  # of a label file, that tell whether it names pictures that are there
_MOST_LISTED = 3


@dataclass(frozen=True, eq=False)
class LabelSource:
    """One label file of a data set.

    Attributes
    ----------
    path : Path
    base : str
        Its folder inside the data set's, with a slash at the end; empty for the same.
    split : str or None
        The split of its pictures where it has no column for that.
    """

    path: Path
    base: str = ""
    split: str | None = None


def read_label_file(path: Path, name: str, home: Path, options: LabelOptions, *, strict: bool = False) -> Dataset:
    """Return the pictures that a label file names as a data set.

    They are looked for in the folder of the file and in all folders below it, nowhere else; only if none is there,
    in a folder such as ``images/`` beside that folder.

    Parameters
    ----------
    path
        Of the label file.
    name
        Path that the user gave.
    home
        Folder of the cache that records which pictures are broken.
    options
    strict
        Make a picture that cannot be used an error.

    Raises
    ------
    UsageError
        It is not clear which column means what.
    CatseyeError
        The file cannot be read, or no picture can be used; (``strict``) one cannot be used.
    """
    index = index_folder(path.parent)
    source = LabelSource(path)
    shown = str(PurePath(name).parent)
    if not _names_any(source, index):
        above = path.parent.resolve().parent
        beside = index_folder(above, only=_picture_folders(above))
        if _names_any(source, beside):
            index, shown = beside, str(PurePath(name).parent / "..")
    return read_sources([source], index, name, shown, home, options, strict=strict)


def _picture_folders(folder: Path) -> list[str]:
    return [name for name in (entry.name for entry in folder.iterdir()) if name.lower() in _PICTURE_FOLDERS]


def _names_any(source: LabelSource, index: PictureIndex) -> bool:
    if not index.pictures:
        return False
    try:
        table = read_source(source, index, most_bytes=PEEKED_BYTES)
    except CatseyeError:  # reading it whole says why
        return True
    return any(has_picture(source, index, value) for values in table.columns.values() for value in values if value)


def has_picture(source: LabelSource, index: PictureIndex, value: str) -> bool:
    """Say whether a value of a label file names a picture that is there."""
    return bool(index.find(value, source.base).place)


def read_source(source: LabelSource, index: PictureIndex, *, most_bytes: int | None = None) -> LabelTable:
    """Return the table of a label file, or of its first bytes."""

    def is_picture(value: str) -> bool:
        return is_picture_name(value) or (value.lower() not in FILE_NAMES and has_picture(source, index, value))

    return read_table(source.path, f"{source.base}{source.path.name}", is_picture, most_bytes=most_bytes)


def read_sources(
    sources: Sequence[LabelSource],
    index: PictureIndex,
    name: str,
    shown: str,
    home: Path,
    options: LabelOptions,
    *,
    strict: bool = False,
) -> Dataset:
    """Return the pictures that label files name as one data set; see :func:`read_label_file`.

    ``shown`` is what the folder of ``index`` is called before the path of a picture.
    """
    rows, columns = _Rows(index), None
    for source in sources:
        table = read_source(source, index)
        if columns and not {columns.file, columns.label, *columns.one_hot} - {LABEL} <= table.columns.keys():
            rows.note(f"{table.name} has no labels as {sources[0].path.name} has, and is ignored.")
            continue
        columns = columns or find_columns(table, options, partial(has_picture, source, index), f"{shown}/")
        rows.add(table, columns, source)
    listed = rows.listed()
    left_out = [LeftOut(_joined(shown, place) if is_place else place, why) for place, is_place, why in rows.left_out()]
    if not listed:
        first = f", first {left_out[0].picture}: {left_out[0].reason}" if left_out else ""
        raise CatseyeError(f"{name}: none of its {len(left_out):,} row(s) can be used{first}.")
    if strict and left_out:
        first = f"{left_out[0].picture}: {left_out[0].reason}"
        raise CatseyeError(f"{name}: {len(left_out):,} picture(s) cannot be used, first {first}.")
    return make_dataset(
        listed,
        name,
        shown,
        index.root,
        home,
        label=columns.label if columns else LABEL,
        left_out=left_out,
        notes=rows.notes(),
        options=options.on_command_line(),
        strict=strict,
    )


def _joined(shown: str, place: str) -> str:
    return f"{shown.rstrip('/')}/{place}"


@dataclass
class _Row:
    """What is said of a picture the first time, and the different things that are said later."""

    label: str
    split: str
    where: str
    is_exact: bool
    others: list[str] = field(default_factory=list)
    repeated: int = 0


class _Rows:
    """The rows of label files, gathered by picture."""

    def __init__(self, index: PictureIndex) -> None:
        self._index = index
        self._rows: dict[str, _Row] = {}
        self._unused: list[tuple[str, bool, str]] = []
        self._notes: list[str] = []
        self._names: list[str] = []

    def note(self, note: str) -> None:
        """Add a remark."""
        self._notes.append(note)

    def add(self, table: LabelTable, columns: Columns, source: LabelSource) -> None:
        """Take in the rows of a file."""
        self._names.append(table.name)
        self._notes += table.notes
        if columns.one_hot:
            self._notes.append(
                f"{table.name}: the classes are the columns of which one is 1: {', '.join(columns.one_hot)}."
            )
        labels = read_labels(table, columns)
        splits = table.columns.get(columns.split) if columns.split else None
        self._unused += [(f"{table.name}, line {line}", False, why) for line, why in table.malformed]
        for row, (value, label) in enumerate(zip(table.columns[columns.file], labels, strict=True)):
            where = f"{table.name}, line {table.lines[row]}"
            split = source.split or TRAIN
            if splits is not None:
                named = split_of(splits[row]) if splits[row] else None
                if named is None:
                    why = f"its split {splits[row]!r} is unknown" if splits[row] else "it has no split"
                    self._unused.append((value or where, False, f"{why} ({where})"))
                    continue
                split = named
            if not value:
                self._unused.append((where, False, "it names no picture"))
            elif not label:
                self._unused.append((value, False, f"it has no label ({where})"))
            else:
                self._add_row(value, label, split, where, source.base)

    def _add_row(self, value: str, label: str, split: str, where: str, base: str) -> None:
        found = self._index.find(value, base)
        if not found.place:
            self._unused.append((value, False, f"{found.reason} ({where})"))
            return
        known = self._rows.get(found.place)
        if known is None:
            self._rows[found.place] = _Row(label, split, where, found.is_exact)
        elif known.is_exact and not found.is_exact:
            self._unused.append((value, False, f"there is no such file ({where})"))
        elif found.is_exact and not known.is_exact:
            self._unused.append((value, False, f"there is no such file ({known.where})"))
            self._rows[found.place] = _Row(label, split, where, found.is_exact)
        elif (known.label, known.split) == (label, split):
            known.repeated += 1
        else:
            known.others.append(f"{label if known.label != label else split} ({where})")

    def listed(self) -> list[ListedPicture]:
        """Return the pictures of which the files say one thing."""
        return [
            ListedPicture(self._index.root / place, place, row.split, {LABEL: row.label})
            for place, row in self._rows.items()
            if not row.others
        ]

    def left_out(self) -> list[tuple[str, bool, str]]:
        """Return what cannot be used: a path or a value, whether it is a path in the folder, and why."""
        contradicted = [
            (place, True, f"it is given different labels or splits: {row.label} ({row.where}), {', '.join(row.others)}")
            for place, row in self._rows.items()
            if row.others
        ]
        return self._unused + contradicted

    def notes(self) -> list[str]:
        """Return what else is worth knowing."""
        notes = list(dict.fromkeys(self._notes))
        name = ", ".join(self._names)
        repeated = sum(row.repeated for row in self._rows.values())
        if repeated:
            notes.append(f"{name}: {repeated:,} row(s) repeat an earlier row; each picture counts once.")
        unnamed = self._index.unnamed(self._rows.keys())
        if unnamed:
            shown = ", ".join(unnamed[:_MOST_LISTED]) + (", …" if len(unnamed) > _MOST_LISTED else "")
            notes.append(f"{len(unnamed):,} picture(s) beside {name} are in no row and are ignored: {shown}")
        return notes

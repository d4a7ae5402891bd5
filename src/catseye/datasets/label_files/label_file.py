"""A label file and its pictures as a data set."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from catseye.datasets.folders.listing import picture_name
from catseye.datasets.folders.own_pictures import make_dataset
from catseye.datasets.folders.split_names import is_called_masks
from catseye.datasets.info import LABEL
from catseye.datasets.label_files.columns import FILE_NAMES, LABEL_NAMES, find_columns, find_file_column
from catseye.datasets.label_files.label_rows import LabelRows
from catseye.datasets.label_files.picture_index import index_folder, is_picture_name
from catseye.datasets.label_files.split_column import find_unused_split
from catseye.datasets.label_files.split_names import split_of
from catseye.datasets.label_files.table import read_table
from catseye.datasets.left_out import LeftOut
from catseye.errors import CatseyeError
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.datasets.dataset import Dataset
    from catseye.datasets.label_files.options import LabelOptions
    from catseye.datasets.label_files.picture_index import PictureIndex
    from catseye.datasets.label_files.table import LabelTable

# Folders beside the one of the label file in which its pictures may lie, as in data/labels.csv and images/1.jpg.
_PICTURE_FOLDERS = frozenset({"images", "image", "imgs", "img", "pictures", "photos", "pics", "jpg", "jpeg", "png"})
_HEADERS = frozenset((*FILE_NAMES, *LABEL_NAMES))  # names of columns, even if a picture is called label.png
_WIDE = 300  # columns from which on a table is likely to hold pixels
PEEKED_BYTES = 2**18  # of a label file, that tell whether it names pictures that are there


@dataclass(frozen=True, eq=False)
class LabelSource:
    """One label file of a data set.

    Attributes
    ----------
    path : Path
    base : str
        Its folder inside the data set's, with a slash at the end; empty for the same.
    split : str or None
        The split of its pictures if it has no split column.
    """

    path: Path
    base: str = ""
    split: str | None = None


def read_label_file(path: Path, name: str, home: Path, options: LabelOptions, *, strict: bool = False) -> Dataset:
    """Return the pictures that a label file names as a data set.

    They are searched for in the folder of the file and below it only; if none is there, also in a folder such as
    ``images/`` beside that folder.

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
        beside = index_folder(above, only=_picture_folders(above, path.parent.resolve().name))
        if _names_any(source, beside):
            index, shown = beside, str(PurePath(name).parent / "..")
    return read_sources([source], index, name, shown, home, options, strict=strict)


def _picture_folders(folder: Path, own: str) -> list[str]:
    """Return the folders of pictures beside a label file's ``own``; beside ``annotations/`` also ``train2017/``."""
    names = [entry.name for entry in folder.iterdir()]
    plain = [name for name in names if name.lower() in _PICTURE_FOLDERS]
    return plain + ([name for name in names if split_of(name)] if is_called_masks(own) else [])


def _names_any(source: LabelSource, index: PictureIndex) -> bool:
    if not index.pictures:
        return False
    try:
        table = read_source(source, index, most_bytes=PEEKED_BYTES)
    except CatseyeError:  # reading it whole says why
        return True
    return any(has_picture(source, index, value) for values in table.columns.values() for value in values if value)


def has_picture(source: LabelSource, index: PictureIndex, value: str) -> bool:
    """Say whether a value of a label file names an existing picture, even if several match."""
    found = index.find(value, source.base)
    return bool(found.place) or (found.is_ambiguous and is_picture_name(value))


def read_source(source: LabelSource, index: PictureIndex, *, most_bytes: int | None = None) -> LabelTable:
    """Return the table of a label file, or of its first bytes."""

    def is_picture(value: str) -> bool:
        return is_picture_name(value) or (value.lower() not in _HEADERS and has_picture(source, index, value))

    return read_table(source.path, f"{source.base}{source.path.name}", is_picture, most_bytes=most_bytes)


def _check_width(source: LabelSource, index: PictureIndex, options: LabelOptions, where: str) -> None:
    """Raise `UsageError` if the first rows show a table of pixels, before it fills the memory."""
    try:
        table = read_source(source, index, most_bytes=PEEKED_BYTES)
    except CatseyeError:  # reading it whole says why
        return
    if len(table.columns) >= _WIDE:
        find_file_column(table, options, partial(has_picture, source, index), where)


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

    ``shown`` is the name of the folder of ``index`` before the path of a picture.
    """
    where = "this folder" if shown == "." else f"{shown}/"
    rows, columns = LabelRows(index), None
    for source in sources:
        _check_width(source, index, options, where)
        table = read_source(source, index)
        if columns and not {columns.file, columns.label, *columns.one_hot} - {LABEL} <= table.columns.keys():
            rows.note(f"{table.name} has no labels, unlike {sources[0].path.name}, and is ignored.")
            continue
        columns = columns or find_columns(table, options, partial(has_picture, source, index), where)
        unused = None if columns.split else find_unused_split(table, (columns.file, columns.label, columns.split))
        if unused:
            rows.note(f"{table.name}: column {unused} does not name splits such as train and test, and is not used.")
        rows.add(table, columns, base=source.base, split=source.split)
    listed = rows.listed()
    left_out = [LeftOut(picture_name(shown, what) if is_place else what, why) for what, is_place, why in rows.unused()]
    if not listed:
        first = f", first {left_out[0].picture}: {left_out[0].reason}" if left_out else ""
        raise CatseyeError(f"{name}: none of its {counted(len(left_out), 'row')} can be used{first}.")
    if strict and left_out:
        first = f"{left_out[0].picture}: {left_out[0].reason}"
        raise CatseyeError(f"{name}: {counted(len(left_out), 'picture')} cannot be used, first {first}.")
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

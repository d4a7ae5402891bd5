"""Which column of a label file names the pictures, which their classes, and which their splits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.datasets.info import LABEL
from catseye.datasets.label_files.picture_index import is_address
from catseye.datasets.label_files.split_column import SPLIT_COLUMNS, check_splits, find_split, usual_name
from catseye.datasets.label_files.split_names import is_flag
from catseye.errors import UsageError, unknown
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from catseye.datasets.label_files.options import LabelOptions
    from catseye.datasets.label_files.table import LabelTable

FILE_NAMES = (
    *("file", "file_name", "filename", "files", "image", "image_name", "image_path", "image_file", "image_id", "img"),
    *("picture", "photo", "path", "file_path", "filepath", "filenames", "images", "fname", "name", "id"),
)
LABEL_NAMES = ("label", "labels", "class", "classes", "class_name", "class_label", "category", "target")
FIELD_NAMES = ("emotion", "expression", "breed", "species", "diagnosis", "dx", "disease", "tag", "type", "y")
_NO_LABEL = frozenset({"", "nan", "NaN", "<NA>", "#N/A", "null", "NULL"})
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_WHOLE = re.compile(r"[-+]?\d+(\.0*)?")
_SAMPLE = 300  # values of a column that are looked up
_FEWEST_PER_CLASS = 2  # rows, on average, of a column that is taken for the labels unasked
_MOST_LISTED = 6
_ONE_HOT = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "False": 0, "True": 1, "false": 0, "true": 1}


@dataclass(frozen=True)
class Columns:
    """The columns that are used.

    Attributes
    ----------
    file : str
    label : str
        Name of the labels.
    split : str or None
    one_hot : tuple of str
        Columns, exactly one of which is 1 in each row; empty if ``label`` is a column.
    """

    file: str
    label: str
    split: str | None
    one_hot: tuple[str, ...] = ()


def find_columns(table: LabelTable, options: LabelOptions, has_picture: Callable[[str], bool], where: str) -> Columns:
    """Return which columns hold what: as named by the user, others recognised by their content.

    Parameters
    ----------
    table, options
    has_picture
        Says whether a value names an existing picture.
    where
        The folder in which pictures are looked for, in words.

    Raises
    ------
    UsageError
        There is no such column, or it is not clear which one is meant; the message names the candidates.
    """
    file = find_file_column(table, options, has_picture, where)
    split = _named(table, options.split_column) or find_split(
        table, file, is_one_hot=bool(_find_one_hot(_without(table, file)))
    )
    if options.split_column and split:
        check_splits(table, split)
    if options.label_column:
        label = _named(table, options.label_column)
        assert label is not None
        if label == file:
            raise UsageError(f"{table.name}: column {label!r} holds the pictures' names and cannot be their labels.")
        return Columns(file, label, split if split != label else None)
    return _find_label(table, file, split)


def _named(table: LabelTable, name: str | None) -> str | None:
    """Return the column of that name, ignoring case."""
    if name is None or name in table.columns:
        return name
    fitting = [column for column in table.columns if column.lower() == name.strip().lower()]
    if len(fitting) != 1:
        raise unknown(f"column of {table.name}", name, table.columns)
    return fitting[0]


def find_file_column(table: LabelTable, options: LabelOptions, has_picture: Callable[[str], bool], where: str) -> str:
    """Return the column that names the pictures; see :func:`find_columns`."""
    named = _named(table, options.file_column)
    if named is not None:
        return named
    hits = {name: _count_hits(name, values, has_picture) for name, values in table.columns.items()}
    most = max(hits.values(), default=0)
    if not most:
        raise UsageError(_no_file_column(table, where))
    best = [name for name, count in hits.items() if count == most]
    usual = [name for name in best if usual_name(name) in FILE_NAMES]
    chosen = (usual or best)[0]
    others = [name for name in best if table.columns[name] != table.columns[chosen] and name not in (chosen,)]
    rivals = [name for name in others if not _same_pictures(table, name, chosen) and (name in usual or not usual)]
    if rivals:
        names = " and ".join(map(repr, (chosen, *rivals[:_MOST_LISTED])))
        raise UsageError(f"{table.name}: the columns {names} all name pictures; choose one with --file-column.")
    return chosen


def _count_hits(name: str, values: Sequence[str], has_picture: Callable[[str], bool]) -> int:
    """Return how many different values of a sample name pictures; a few repeated numbers count as none."""
    sample = _sample(values)
    present = set(sample)
    if 2 * len(present) < len(sample) and all(map(_NUMBER.fullmatch, present)) and usual_name(name) not in FILE_NAMES:
        return 0
    return sum(map(has_picture, present))


def _same_pictures(table: LabelTable, one: str, other: str) -> bool:
    """Say whether two columns name the same pictures, such as a path and its end."""
    pairs = zip(_sample(table.columns[one]), _sample(table.columns[other]), strict=False)
    return all(mine.endswith(its) or its.endswith(mine) or _stem(mine) == _stem(its) for mine, its in pairs)


def _stem(value: str) -> str:
    name = value.replace("\\", "/").rpartition("/")[2]
    return name.rpartition(".")[0] or name


def _no_file_column(table: LabelTable, where: str) -> str:
    address = next((value for values in table.columns.values() for value in values if is_address(value)), "")
    if address:
        return (
            f"{table.name} names its pictures by their addresses ({address[:60]}…), which Catseye does not download.\n"
            f"Download them into {where} under the same file names; they are then found by these."
        )
    if len(table.columns) >= _SAMPLE or any(usual_name(name) == "pixels" for name in table.columns):
        return (
            f"{table.name} names no pictures in {where}; it seems to hold pixels.\n"
            "Load these as arrays in Python: catseye.train((images, labels))."
        )
    shown = ", ".join(f"{name} ({next(filter(None, values), '')[:40]!r}, …)" for name, values in _first(table.columns))
    return (
        f"{table.name} names no picture in {where}; its columns: {shown}.\n"
        "Expected a column of file names, relative to the label file; name it with --file-column."
    )


def _first(columns: Mapping[str, list[str]]) -> list[tuple[str, list[str]]]:
    return list(columns.items())[:_MOST_LISTED]


def _sample(values: Sequence[str]) -> list[str]:
    step = max(1, len(values) // _SAMPLE)
    return [value for value in values[::step] if value]


def _without(table: LabelTable, file: str) -> dict[str, list[str]]:
    return {name: values for name, values in table.columns.items() if name != file}


def _find_label(table: LabelTable, file: str, split: str | None) -> Columns:
    rest = {name: values for name, values in table.columns.items() if name not in (file, split)}
    rest = {name: values for name, values in rest.items() if usual_name(name) not in SPLIT_COLUMNS}
    if split and is_flag(split, set(table.columns[split])):
        rest = {name: values for name, values in rest.items() if not is_flag(name, set(values))}
    for usual in (LABEL_NAMES, FIELD_NAMES):
        named = [name for name in rest if usual_name(name) in usual and _may_be_label(rest[name], fewest=0)]
        if named:
            return Columns(file, _choose(table, named), split)
    one_hot = _find_one_hot(rest)
    if one_hot:
        return Columns(file, LABEL, split, one_hot)
    fitting = [name for name in rest if _may_be_label(rest[name]) and not re.search(r"(^|_)id$", usual_name(name))]
    if not fitting and len(rest) == 1:
        fitting = [name for name in rest if _may_be_label(rest[name], fewest=1) and not _numbers_rows(rest[name])]
    if not fitting:
        empty = next((name for name in rest if usual_name(name) in LABEL_NAMES and not any(rest[name])), None)
        if empty is not None:
            raise UsageError(f"{table.name}: the column {empty} is empty in every row; write classes into it.")
        listed = ", ".join(name for name, _ in _first(rest)) or "none"
        raise UsageError(
            f"{table.name}: no column looks like labels, which have few different values; name one with --label-column "
            f"(columns besides {file!r}: {listed})."
        )
    return Columns(file, _choose(table, fitting), split)


def _choose(table: LabelTable, fitting: list[str]) -> str:
    """Return the only column, or the one with words where another holds the numbers of the same classes."""
    worded = sorted(fitting, key=lambda name: all(map(_NUMBER.fullmatch, table.columns[name])))
    first = worded[0]
    rivals = [name for name in worded[1:] if not _same_classes(table.columns[first], table.columns[name])]
    if rivals:
        if all(set(table.columns[name]) <= _ONE_HOT.keys() for name in fitting):
            raise UsageError(
                f"{table.name}: {', '.join(fitting[:_MOST_LISTED])} do not have exactly one 1 in each row, but a "
                "picture has one class; choose one column with --label-column."
            )
        counts = [
            f"{name} ({counted(len(set(table.columns[name]) - _NO_LABEL), 'different value')})" for name in fitting
        ]
        raise UsageError(
            f"{table.name}: several columns could be the labels: {', '.join(counts[:_MOST_LISTED])}; choose one with "
            "--label-column."
        )
    return first


def _same_classes(one: list[str], other: list[str]) -> bool:
    pairs = len(set(zip(one, other, strict=True)))
    return pairs == len(set(one)) == len(set(other))


def _may_be_label(values: list[str], fewest: int = _FEWEST_PER_CLASS) -> bool:
    """Say whether values can be labels; ``fewest`` rows a class on average, or 0 where the column's name says so."""
    present = set(values) - _NO_LABEL
    if len(present) < (2 if fewest else 1) or fewest * len(present) > sum(value not in _NO_LABEL for value in values):
        return False
    return not are_measurements(present)


def _numbers_rows(values: list[str]) -> bool:
    """Say whether values number the rows, of which there are more than two: 0, 1, 2, … or 1, 2, 3, …."""
    return len(values) > 2 and any(
        all(value == str(number) for number, value in enumerate(values, first)) for first in (0, 1)
    )


def are_measurements(values: set[str]) -> bool:
    """Say whether the values are numbers, and not all whole."""
    return all(map(_NUMBER.fullmatch, values)) and not all(map(_WHOLE.fullmatch, values))


def _find_one_hot(columns: Mapping[str, list[str]]) -> tuple[str, ...]:
    """Return the columns of zeros and ones if there is exactly one 1 in each row, else nothing."""
    binary = [name for name, values in columns.items() if set(values) <= _ONE_HOT.keys()]
    if len(binary) < 2:
        return ()
    rows = zip(*(columns[name] for name in binary), strict=True)
    return tuple(binary) if all(sum(_ONE_HOT[value] for value in row) == 1 for row in rows) else ()


def read_labels(table: LabelTable, columns: Columns) -> list[str]:
    """Return the class of each row; an empty string if there is none.

    ``0.0``, ``1.0``, … in a whole column, which tables make of numbers where one is missing, are ``0``, ``1``, ….

    Raises
    ------
    UsageError
        The column holds measurements, or lists.
    """
    if columns.one_hot:
        rows = zip(*(table.columns[name] for name in columns.one_hot), strict=True)
        return [columns.one_hot[[_ONE_HOT[value] for value in row].index(1)] for row in rows]
    values = table.columns[columns.label]
    present = set(values) - _NO_LABEL
    if are_measurements(present):
        shown = ", ".join(sorted(present)[:3])
        raise UsageError(f"{table.name}: column {columns.label!r} holds measurements ({shown}, …), not classes.")
    if any(value.startswith(("[", "{")) for value in present):
        shown = next(value for value in sorted(present) if value.startswith(("[", "{")))[:40]
        raise UsageError(f"{table.name}: column {columns.label!r} holds lists ({shown}); a picture has one class.")
    names = dict.fromkeys(_NO_LABEL, "")
    if present and all(map(_WHOLE.fullmatch, present)):
        names |= {value: value.partition(".")[0] for value in present}
    return [names.get(value, value) for value in values]

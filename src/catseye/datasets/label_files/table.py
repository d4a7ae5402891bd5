"""A label file as a table: columns of trimmed text, whatever its delimiter, quoting and header."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from catseye.datasets.label_files.json_table import MOST_COLUMNS, read_json
from catseye.datasets.label_files.text import read_text
from catseye.errors import CatseyeError, first_line
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
SUFFIXES = (".csv", ".tsv", ".txt", ".lst", ".list", *JSON_SUFFIXES)
_LISTS = (".txt", ".lst", ".list")  # whose values may be separated by blanks
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_LINES = 50
_NARROW = 100  # columns up to which a table may have no header
_CHUNK = 20_000  # rows that are turned into columns at a time
_MOST_SHARED = 20_000  # different values of a column of which each is kept once
_EXCEL = re.compile(r"sep=(.)\r?\n", re.I)  # the line with which spreadsheets name their delimiter


@dataclass(frozen=True, eq=False)
class LabelTable:
    """The rows of a label file, by column.

    Attributes
    ----------
    name : str
        What the file is called in errors and notes.
    columns : mapping of str to list of str
        The values without surrounding spaces; an empty string if there is none.
    lines : list of int
        The line in which each row ends.
    malformed : list of (int, str)
        Lines that could not be used, with the reasons.
    notes : tuple of str
    reasons : mapping of int to str
        Why a row has no label, by its place, if there is more to say.
    """

    name: str
    columns: Mapping[str, list[str]]
    lines: list[int]
    malformed: list[tuple[int, str]] = field(default_factory=list)
    notes: tuple[str, ...] = ()
    reasons: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lines)


def is_label_file(path: Path) -> bool:
    """Say whether the file's name is that of a supported table."""
    return path.name.lower().endswith(SUFFIXES)


def read_table(
    path: Path, name: str, is_picture: Callable[[str], bool], *, most_bytes: int | None = None
) -> LabelTable:
    """Read a label file.

    Parameters
    ----------
    path
        Of a .csv, .tsv or .txt with any usual delimiter, or JSON; see `read_json`.
    name
        What the file is called in errors and notes.
    is_picture
        Says whether a value names an existing picture: a first row that holds one is not a header.
    most_bytes
        Read only the rows that lie wholly in the first ``most_bytes``.

    Raises
    ------
    CatseyeError
        The file cannot be read, is not such a table, or has no rows.
    """
    if path.suffix.lower() == ".json":
        most_bytes = None  # a beginning alone is not JSON
    text, note = read_text(path, name, most_bytes=most_bytes)
    notes = (note,) if note else ()
    reasons: Mapping[int, str] = {}
    if path.suffix.lower() in JSON_SUFFIXES:
        found = read_json(text, name, is_picture)
        columns, lines = _to_columns(found.rows, name)
        malformed: list[tuple[int, str]] = []
        reasons, notes = found.reasons, (*notes, *found.notes)
    else:
        columns, lines, malformed = _read_rows(text, name, path.suffix.lower(), is_picture)
    if not lines and not malformed:
        raise CatseyeError(f"{name} has no rows; expected a line for each picture, with its file name and its label.")
    return LabelTable(name, columns, lines, malformed, notes, reasons)


_Parsed = tuple[dict[str, list[str]], list[int], list[tuple[int, str]]]


def _read_rows(text: str, name: str, suffix: str, is_picture: Callable[[str], bool]) -> _Parsed:
    excel = _EXCEL.match(text)
    skipped = 1 if excel else 0
    text = text[excel.end() :] if excel else text
    if "\r" in text:  # of Windows, of an old Mac, or of several systems in one file
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = excel[1] if excel else _find_delimiter(text, suffix)
    rows = _rows(text, delimiter, name, skipped)
    first = next(rows, None)
    if first is None:
        return {}, [], []
    header = [cell.strip() for cell in first[1]]
    # The numbered columns of a wide table are no pictures, although one may be called 1.jpg.
    if len(header) <= _NARROW and any(map(is_picture, header)):
        names = [str(number) for number in range(1, len(header) + 1)]
        rows = _with_first(first, rows)
    else:
        names = _unique([cell or f"column {number}" for number, cell in enumerate(header, 1)])
    if len(names) > MOST_COLUMNS:
        raise CatseyeError(f"{name} has {len(names):,} columns; expected one for file names and one for labels.")
    return _columns(names, rows)


def _with_first(first: tuple[int, list[str]], rest: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rest


def _find_delimiter(text: str, suffix: str) -> str:
    """Return the delimiter that splits the first lines into the most columns, the same number in most of them."""
    sample = list(islice(_nonblank_lines(text), _SAMPLE_LINES))
    usual = "\t" if suffix == ".tsv" else ","
    scores = {delimiter: _score(sample, delimiter) for delimiter in (usual, *_DELIMITERS)}
    best = max(scores, key=lambda delimiter: scores[delimiter])  # the usual one where several are as good
    if scores[best] > (0.0, 0):
        return best
    return " " if suffix in _LISTS and _score(sample, " ") > (0.0, 0) else usual


def _nonblank_lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if text[start:end].strip():
            yield text[start:end]
        start = end + 1


def _score(lines: list[str], delimiter: str) -> tuple[float, int]:
    try:
        counts = [len(row) for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True) if row]
    except csv.Error:  # a very long value; reading the rows says where
        return 0.0, 0
    usual = max(set(counts), key=counts.count, default=1)
    return (round(counts.count(usual) / len(counts), 1), usual) if usual > 1 else (0.0, 0)


def _rows(text: str, delimiter: str, name: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Yield the number of the line in which each row ends, and its cells; blank lines are skipped."""
    reader = csv.reader(_lines(text), delimiter=delimiter, skipinitialspace=True, strict=True)
    try:
        for row in reader:
            if row and (row[0].strip() or any(map(str.strip, row))):
                yield reader.line_num + skipped, row
    except csv.Error as error:
        where = f"{name}, line {reader.line_num + skipped}"
        if "field larger" in str(error) or "unexpected end" in str(error):
            long = f"a value is longer than {csv.field_size_limit():,} characters"
            what = long if "field larger" in str(error) else "the file ends inside a value"
            raise CatseyeError(f"{where}: {what}; is a quotation mark left open?") from error
        raise CatseyeError(
            f"{where}: {first_line(error)}; double every quotation mark inside a quoted value."
        ) from error


def _lines(text: str) -> Iterator[str]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _unique(names: list[str]) -> list[str]:
    """Return the names of columns, each different: a second ``label`` is ``label (2)``."""
    counts: dict[str, int] = {}
    unique = []
    for name in names:
        counts[name] = counts.get(name, 0) + 1
        unique.append(name if counts[name] == 1 else f"{name} ({counts[name]})")
    return unique


def _columns(names: list[str], rows: Iterable[tuple[int, list[str]]]) -> _Parsed:
    columns: dict[str, list[str]] = {name: [] for name in names}
    pools: list[dict[str, str]] = [{} for _ in names]
    lines: list[int] = []
    malformed: list[tuple[int, str]] = []
    chunk: list[list[str]] = []
    width = len(names)

    def flush() -> None:
        for values, pool, column in zip(columns.values(), pools, zip(*chunk, strict=True), strict=False):
            cells = list(map(str.strip, column))
            # One object for all equal cells of a column that has few different ones.
            values += [pool.setdefault(cell, cell) for cell in cells] if len(pool) < _MOST_SHARED else cells
        chunk.clear()

    for line, row in rows:
        if len(row) != width:
            if any(cell.strip() for cell in row[width:]):
                malformed.append(
                    (
                        line,
                        f"it has {counted(len(row), 'value')}, the first line {width}; "
                        "quote values that contain a delimiter",
                    )
                )
                continue
            row = (row + [""] * width)[:width]
        chunk.append(row)
        lines.append(line)
        if len(chunk) == _CHUNK:
            flush()
    flush()
    return columns, lines, malformed


def _to_columns(rows: Iterable[tuple[int, dict[str, Any]]], name: str) -> tuple[dict[str, list[str]], list[int]]:
    columns: dict[str, list[str]] = {}
    lines: list[int] = []
    for line, record in rows:
        for key, value in record.items():
            if key.strip() not in columns:
                if len(columns) == MOST_COLUMNS:
                    raise CatseyeError(f"{name} has more than {MOST_COLUMNS:,} different keys.")
                columns[key.strip()] = [""] * len(lines)
            columns[key.strip()].append(_in_words(value))
        lines.append(line)
        for values in columns.values():
            if len(values) < len(lines):
                values.append("")
            del values[len(lines) :]  # a key with other blanks around it was there already
    return columns, lines


def _in_words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)

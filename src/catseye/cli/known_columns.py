"""The columns of a label file for the shell's completion, found without loading NumPy; nothing is trusted."""

from __future__ import annotations

import csv
import json
from pathlib import Path

_DELIMITERS = ",;\t|"
_LONGEST_LINE = 2**16  # bytes
_TABLES, _LINES = (".csv", ".tsv", ".txt"), (".jsonl", ".ndjson")
_USUAL = tuple(f"{stem}{suffix}" for suffix in (*_TABLES[:2], *_LINES) for stem in ("metadata", "labels", "train"))


def column_names(data: str) -> list[str]:
    """Return the names in the first line of a label file, or of the usual one in a folder; none if it has none."""
    path = Path(data)
    try:
        if path.is_dir():
            path = next((path / name for name in _USUAL if (path / name).is_file()), path)
        if path.suffix.lower() not in (*_TABLES, *_LINES):
            return []
        with path.open("rb") as file:
            line = file.readline(_LONGEST_LINE).decode("utf-8-sig").strip()
        return _split(line) if path.suffix.lower() in _TABLES else _keys(line)
    except (OSError, ValueError, RecursionError, csv.Error):
        return []


def _split(line: str) -> list[str]:
    delimiter = max(_DELIMITERS, key=line.count)
    return [name.strip() for name in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]


def _keys(line: str) -> list[str]:
    record = json.loads(line)
    return list(record) if isinstance(record, dict) else []

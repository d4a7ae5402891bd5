"""The unsupported files of a folder, by what they are."""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING

from catseye.images.formats import read_start
from catseye.images.other_formats import find_other_format

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from catseye.images.other_formats import OtherFormat

_MOST_OPENED = 1000
_MOST_NAMED = 3


def describe_unread(files: Iterable[Path]) -> str:
    """Return what the unsupported files are and what to do about them; empty if no format is known."""
    found: defaultdict[OtherFormat, list[str]] = defaultdict(list)
    for path in islice(files, _MOST_OPENED):
        suffix = path.suffix.lower()
        other = find_other_format(read_start(path), suffix)
        if other:
            found[other].append(suffix)
    commonest = sorted(found.items(), key=lambda item: -len(item[1]))[:_MOST_NAMED]
    return "; ".join(
        f"{len(suffixes):,} × {other.what} ({_endings(suffixes)}): {other.advice}" for other, suffixes in commonest
    )


def _endings(suffixes: list[str]) -> str:
    return ", ".join(sorted({suffix or "no ending" for suffix in suffixes}))


def name_ending(suffix: str) -> str:
    """Return the ending of an unsupported file, and its meaning if known."""
    other = find_other_format(b"", suffix)
    return f"{suffix or 'no ending'} ({other.what})" if other else suffix or "no ending"

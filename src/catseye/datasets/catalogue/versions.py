"""Which version of a data set is meant: ``"mnist"``, ``"mnist:1.0.0"``, ``"mnist:1.*.*"``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_PATTERN = re.compile(r"(\d+|\*)\.(\d+|\*)\.(\d+|\*)")


def split_name(text: str) -> tuple[str, str]:
    """Return name and version pattern of ``"name:pattern"``; the pattern is empty where none is given."""
    name, _, pattern = text.partition(":")
    return name, pattern


def without_split(text: str, known: Collection[str]) -> str:
    """Return ``text``; raise `UsageError` if it is a known name with a split behind it: ``"mnist[:2%]"``."""
    found = re.fullmatch(r"(\w+)(?::(\w+))?(\[[^]]*\])", text.strip())
    if found and found[1] in known:
        split = f"{found[2] or 'train'}{found[3]}"
        raise UsageError(f"a split of {found[1]} is stated by itself: give {found[1]}, with split={split!r}.")
    return text


def newest(name: str, pattern: str, versions: Iterable[str]) -> str:
    """Return the newest version that fits ``pattern``; an empty pattern fits all.

    Raises
    ------
    UsageError
        The pattern is malformed, or nothing fits.
    """
    known = sorted(versions, key=_numbers)
    if not pattern:
        return known[-1]
    if not _PATTERN.fullmatch(pattern):
        raise UsageError(f"{pattern!r} is not a version; expected e.g. {known[-1]} or 1.*.*.")
    fitting = [version for version in known if _fits(version, pattern)]
    if not fitting:
        raise UsageError(f"{name} has no version {pattern}; there is {', '.join(known)}.")
    return fitting[-1]


def _fits(version: str, pattern: str) -> bool:
    return all(want in ("*", have) for want, have in zip(pattern.split("."), version.split("."), strict=True))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))

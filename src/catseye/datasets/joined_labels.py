"""Class names that are several classes at once: ``cat|dog`` beside ``cat``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SURE = re.compile(r"[|;]")  # what hardly any name holds: one part that is a class is enough
_USUAL = re.compile(r"\s*,\s*|\s+")  # in names too: all parts have to be classes
_MOST_NAMED = 3


def find_joined(names: Iterable[str]) -> list[str]:
    """Return the class names made of others by ``|``, ``;``, commas or blanks, in their order.

    Examples
    --------
    >>> find_joined(["cat", "cat|dog", "New York", "dog", "dog, cat"])
    ['cat|dog', 'dog, cat']
    """
    names = list(names)
    known = set(names)
    return [name for name in names if _is_joined(name, known)]


def _is_joined(name: str, known: set[str]) -> bool:
    parts = [part.strip() for part in _SURE.split(name) if part.strip()]
    if len(parts) > 1 and not known.isdisjoint(parts):
        return True
    parts = [part for part in _USUAL.split(name) if part]
    return len(parts) > 1 and known.issuperset(parts)


def note_joined(counts: Mapping[str, int]) -> list[str]:
    """Return a note if classes are several at once; ``counts`` is the number of pictures of each class."""
    joined = find_joined(counts)
    if not joined:
        return []
    shown = ", ".join(map(repr, joined[:_MOST_NAMED])) + (", …" if len(joined) > _MOST_NAMED else "")
    count = sum(counts[name] for name in joined)
    return [
        f"{counted(count, 'picture')} with several labels at once ({shown}); each such combination is a class of its "
        "own. Give these pictures one label, or leave them out."
    ]

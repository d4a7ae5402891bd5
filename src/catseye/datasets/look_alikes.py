"""Class names that differ but that a reader cannot tell apart."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING
from unicodedata import category, normalize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Cyrillic and Greek letters that look like a Latin one in print.
_LETTERS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХасеѕіјорхуԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧον",
    "ABESIJKMHOPCTYXacesijopxydqwABEZHIKMNOPTYXov",
)
_APOSTROPHES = str.maketrans("‘’ʼ′", "''''")
# Marks that choose a variant of a letter, and letters that are blank.
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {chr(code) for code in range(0xFE00, 0xFE10)}


def find_look_alikes(names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the groups of names that look alike, each in the order of ``names``.

    Two names look alike if they differ only in case, in how accents and wide letters are encoded, in the number of
    spaces, in spaces at either end, in invisible characters, in kinds of dashes and apostrophes, or in Cyrillic or
    Greek letters that look like Latin ones.

    Examples
    --------
    >>> find_look_alikes(["Cat", "dog", "cat"])
    [('Cat', 'cat')]
    """
    groups: dict[str, set[str]] = {}
    for name in names:
        for key in _keys(name):
            groups.setdefault(key, set()).add(name)
    joined: list[set[str]] = []
    for group in groups.values():
        touching = [other for other in joined if other & group]
        joined = [other for other in joined if not other & group] + [group.union(*touching)]
    return sorted(tuple(name for name in names if name in group) for group in joined if len(group) > 1)


def _keys(name: str) -> Iterator[str]:
    """Yield what names that look alike share: the text, folded, and the shapes of its letters, folded."""
    plain = " ".join("".join(map(_visible, normalize("NFKC", name))).split()).translate(_APOSTROPHES)
    yield "text " + normalize("NFKC", plain.casefold())
    yield "shape " + plain.translate(_LETTERS).casefold()


def _visible(letter: str) -> str:
    kind = category(letter)
    if kind == "Cf" or letter in _INVISIBLE:
        return ""
    return "-" if kind == "Pd" else " " if kind == "Zs" else letter


def note_look_alikes(names: Sequence[str]) -> list[str]:
    """Return a note for each group of class names that look alike."""
    return [
        f"the class names {in_words(group)} look alike, but are separate classes." for group in find_look_alikes(names)
    ]


def in_words(names: Sequence[str]) -> str:
    """Return quoted names, showing what tells them apart if that is invisible."""
    hidden = any(_shown(one) == _shown(other) for one, other in combinations(names, 2))
    said = [f"{ascii(name) if hidden or not name.isprintable() else repr(name)}" for name in names]
    return f"{', '.join(said[:-1])} and {said[-1]}"


def _shown(name: str) -> str:
    """Return a name as a terminal shows it."""
    return "".join(map(_visible, normalize("NFKC", name))).translate(_APOSTROPHES).translate(_LETTERS)

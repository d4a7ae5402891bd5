"""Synonyms of ImageNet's classes, and suggestions for a word that names no class."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from catseye.errors import UsageError, unknown
from catseye.networks.imagenet import CLASSES, class_names, class_synonyms, classes_of_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

_Numbers: TypeAlias = dict[tuple[str, ...], set[int]]
_MOST_NAMED = 6  # classes in an error
_SHORTEST_PLURAL = 4  # letters: "cats", but not "gas"
_LONGEST = 200  # letters of a word that is searched for
_NONE = 5  # the rank of a name without the words


def unknown_class(classes: tuple[str, ...], name: str) -> UsageError:
    """Return the error for a class that is not known; it names those that contain the name as a word, or mean it."""
    if len(name) > _LONGEST:
        return unknown("class", name, classes)
    synonyms = _synonyms(classes)
    found = find_similar_classes(classes, name, synonyms)
    if not found:
        return unknown("class", name, (*classes, *chain.from_iterable(synonyms or ())))
    named = [_with_meaning(classes, number, name, synonyms) for number in found[:_MOST_NAMED]]
    more = len(found) - len(named)
    first = classes[found[0]]
    chosen = f"'{first}'" if re.search(r"\W", first) else first
    if len(found) == 1:
        return UsageError(f"unknown class {name!r}; did you mean {named[0]}? Name it as {chosen}, or by its number.")
    listed = ", ".join(named) + (f" and {more} more" if more else "")
    return UsageError(
        f"unknown class {name!r}; the nearest are {listed}.\nName one of them, such as {chosen}, or give its number, "
        f"such as {found[0]}."
    )


def find_synonym(classes: tuple[str, ...], name: str) -> int | None:
    """Return the number of the only ImageNet class with the synonym ``name``, such as lighthouse for beacon.

    Synonyms are those in WordNet's synsets, from which ImageNet's classes were made. Case and what separates words
    do not count. ``None`` if the classes are not ImageNet's, if the name is that of no class or of several (panther),
    or if another class is a kind of it by its own name: husky is Eskimo dog in WordNet, but Siberian husky to many.
    """
    wanted = tuple(_split_words(name))
    if not wanted or not _are_of_imagenet(classes):
        return None
    named, kinds = _numbers_by_name()
    found = named.get(wanted, set())
    return next(iter(found)) if len(found) == 1 and kinds.get(wanted, found) == found else None


@cache
def _numbers_by_name() -> tuple[_Numbers, _Numbers]:
    """Return the ImageNet classes that have a name, and those whose first name ends with its words."""
    named, kinds = defaultdict(set), defaultdict(set)
    for number, (shown, own) in enumerate(zip(class_names(), class_synonyms(), strict=True)):
        for one in own:
            named[tuple(_split_words(one))].add(number)
        words = tuple(_split_words(shown))
        for start in range(len(words)):
            kinds[words[start:]].add(number)
    return dict(named), dict(kinds)


def find_similar_classes(
    classes: tuple[str, ...], name: str, synonyms: Sequence[tuple[str, ...]] | None = None
) -> list[int]:
    """Return the numbers of the classes that have all words of ``name`` in one of their names, the nearest first.

    First come those of which it is a whole other name; then those of that kind, such as a breed of dog, if it is one
    of their words before others; then those in whose name it stands, at the end before elsewhere. Of ImageNet's
    classes all names count (``synonyms``, a tuple for each class). Case, plural and what separates words do not.
    """
    wanted = _words(name)
    if not wanted:
        return []
    names = synonyms or [(one,) for one in classes]
    of_kind = classes_of_kind(" ".join(wanted)) if synonyms else ()
    ranks: dict[int, tuple[int, int]] = {}
    for number, own in enumerate(names):
        ranked = [_rank(_words(one), wanted, is_first=not place) for place, one in enumerate(own)]
        best = min(ranked)
        if number in of_kind or best < _NONE:
            ranks[number] = (int(number not in of_kind and best > 0), best)
    return sorted(ranks, key=lambda number: (*ranks[number], number))


def _rank(words: list[str], wanted: list[str], *, is_first: bool) -> int:
    """Return how far a name is from the words: 0 if it is the same, up to 5 if it does not contain them."""
    if words == wanted:
        return 0
    if not set(wanted) <= set(words):
        return _NONE
    return (1 if words[-len(wanted) :] == wanted else 3) + (0 if is_first else 1)


def _words(name: str) -> list[str]:
    """Return the words of a name, in small letters and the singular."""
    return [_singular(word) for word in _split_words(name)]


def _split_words(name: str) -> list[str]:
    return re.findall(r"[^\W_]+", name.casefold())


def _singular(word: str) -> str:
    return word[:-1] if len(word) >= _SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss") else word


def _synonyms(classes: tuple[str, ...]) -> Sequence[tuple[str, ...]] | None:
    """Return all names of each class if these are ImageNet's, else ``None``."""
    return class_synonyms() if _are_of_imagenet(classes) else None


def _are_of_imagenet(classes: tuple[str, ...]) -> bool:
    return len(classes) == CLASSES and classes == class_names()


def _with_meaning(classes: tuple[str, ...], number: int, name: str, synonyms: Sequence[tuple[str, ...]] | None) -> str:
    """Return a class's name, with the other one that contains the words if its own does not."""
    shown, wanted = classes[number], set(_words(name))
    if wanted <= set(_words(shown)) or not synonyms:
        return shown
    other = next((one for one in synonyms[number] if wanted <= set(_words(one))), "")
    return f"{shown} ({other})" if other else shown

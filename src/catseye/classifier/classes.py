"""A classifier's classes: found by name or number, and matched with the labels of pictures."""

from __future__ import annotations

import shlex
from difflib import get_close_matches
from typing import TYPE_CHECKING

import numpy as np

from catseye.classifier.similar_classes import find_synonym, unknown_class
from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Integers
    from catseye.datasets.pictures import Pictures

_MOST_LISTED = 10  # class names in an error
_NEAR = 0.6  # how similar two names are, from 0 to 1, to be suggested
_MOST_SUGGESTED = 4


def find_class(classes: tuple[str, ...], name: str | int) -> int:
    """Return the number of a class, given its name in any case, its number or, for ImageNet, a synonym.

    Raises
    ------
    UsageError
        There is no such class; the message names those that contain the name as a word, or else similar ones.
    """
    names = [known.lower() for known in classes]
    if isinstance(name, str) and name.lower() in names:
        return classes.index(name) if name in classes else names.index(name.lower())
    if str(name).isdecimal():
        if int(name) < len(names):
            return int(name)
        raise UsageError(f"unknown class {name}; the numbers of the classes are 0 to {len(names) - 1}.")
    synonym = find_synonym(classes, str(name))
    if synonym is None:
        raise unknown_class(classes, str(name))
    return synonym


def match_labels(classes: tuple[str, ...], pictures: Pictures) -> Integers:
    """Return the labels of ``pictures``, int64 (N,), as numbers of ``classes``, matched by name.

    Among ImageNet's classes, other names of a class are its names too.

    Raises
    ------
    UsageError
        The pictures have classes that are not among ``classes``.
    """
    found = [classes.index(name) if name in classes else find_synonym(classes, name) for name in pictures.classes]
    others = [name for name, number in zip(pictures.classes, found, strict=True) if number is None]
    if others:
        known = ", ".join(classes[:_MOST_LISTED]) + (", …" if len(classes) > _MOST_LISTED else "")
        fitting = [name for name, other in pictures.others.items() if set(other.classes) <= set(classes)]
        advice = (
            f" Label the pictures by {fitting[0]}: --label {fitting[0]}."
            if fitting
            else f"\n{suggest_names(others, classes)}"
        )
        raise UsageError(f"the classifier does not know {', '.join(others[:_MOST_LISTED])}; it knows {known}.{advice}")
    return np.array(found, np.int64)[pictures.labels]


def suggest_names(others: Sequence[str], classes: Sequence[str], *, only_near: bool = False) -> str:
    """Return, for names that a classifier does not know, the options that map them to the nearest known ones.

    With ``only_near``, names similar to none of these are left out; the result is empty if none remain.
    """
    known = {name.lower(): name for name in reversed(classes)}
    near = {name: get_close_matches(name.lower(), known, n=1, cutoff=_NEAR) for name in others}
    near = {name: found for name, found in near.items() if found or not only_near}
    if not near:
        return ""
    words = [f"{name}={known[found[0]]}" if found else f"{name}=CLASS" for name, found in near.items()]
    options = " ".join(f"--map {shlex.quote(word)}" for word in words[:_MOST_SUGGESTED])
    more = " …" if len(words) > _MOST_SUGGESTED else ""
    theirs, ours = words[0].split("=", 1)
    return f"If these are synonyms: {options}{more} (in Python, rename={{{theirs!r}: {ours!r}, …}})."

"""A classifier's classes: found by name or number, and matched with the labels of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from catseye.errors import UsageError, unknown

if TYPE_CHECKING:
    from catseye.arrays import Integers
    from catseye.datasets.pictures import Pictures

_MOST_LISTED = 10  # class names in an error


def find_class(classes: tuple[str, ...], name: str | int) -> int:
    """Return the number of a class, given its name in any case, or its number.

    Raises
    ------
    UsageError
        There is no such class; the message names the nearest ones.
    """
    names = [known.lower() for known in classes]
    if isinstance(name, str) and name.lower() in names:
        return classes.index(name) if name in classes else names.index(name.lower())
    if str(name).isdecimal():
        if int(name) < len(names):
            return int(name)
        raise UsageError(f"unknown class {name}; the numbers of the classes are 0 to {len(names) - 1}.")
    raise unknown("class", str(name), classes)


def match_labels(classes: tuple[str, ...], pictures: Pictures) -> Integers:
    """Return the labels of ``pictures``, int64 (N,), as numbers of ``classes``, matched by name.

    Raises
    ------
    UsageError
        The pictures have classes that are not among ``classes``.
    """
    others = [name for name in pictures.classes if name not in classes]
    if others:
        known = ", ".join(classes[:_MOST_LISTED]) + (", …" if len(classes) > _MOST_LISTED else "")
        fitting = [name for name, other in pictures.others.items() if set(other.classes) <= set(classes)]
        advice = f" Label the pictures by {fitting[0]}: --label {fitting[0]}." if fitting else ""
        raise UsageError(f"the classifier does not know {', '.join(others[:_MOST_LISTED])}; it knows {known}.{advice}")
    numbers = np.array([classes.index(name) for name in pictures.classes], np.int64)
    return numbers[pictures.labels]

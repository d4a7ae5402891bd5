"""Groups of similar pictures: the number of each picture's group, merged by pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from catseye.arrays import Integers


def join_pairs(group: Integers, one: Integers, other: Integers) -> Integers:
    """Return each picture's group after the groups of the given pairs have been merged."""
    if not len(one):
        return group
    # Each group is called by the lowest number that is linked to it. SciPy would do the same, in 140 megabytes that
    # nothing else needs where nothing is trained.
    lowest, first, second = np.arange(int(group.max()) + 1), group[one], group[other]
    while (lowest[first] != lowest[second]).any():
        least = np.minimum(lowest[first], lowest[second])
        np.minimum.at(lowest, lowest[first], least)
        np.minimum.at(lowest, lowest[second], least)
        while (lowest[lowest] != lowest).any():
            lowest = lowest[lowest]
    return lowest[group]


def join_groups(count: int, groups: Iterable[list[int]]) -> list[list[int]]:
    """Return groups of ``count`` pictures, with groups that have a picture in common merged."""
    pairs = [(group[0], member) for group in groups for member in group[1:]]
    one, other = np.array(pairs, np.int64).reshape(-1, 2).T
    return list_members(join_pairs(np.arange(count), one, other))


def list_members(group: Integers) -> list[list[int]]:
    """Return the groups of two or more pictures, ordered by their first members."""
    order = np.argsort(group, kind="stable")
    borders = np.flatnonzero(np.diff(group[order])) + 1
    return sorted(part.tolist() for part in np.split(order, borders) if len(part) > 1)

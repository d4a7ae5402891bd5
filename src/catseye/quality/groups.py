"""Groups of similar pictures: the number of each picture's group, merged by pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from catseye.arrays import Integers


def join_pairs(group: Integers, one: Integers, other: Integers) -> Integers:
    """Return each picture's group after the groups of the given pairs have been merged."""
    if not len(one):
        return group
    links = coo_array((np.ones(len(one), np.int8), (group[one], group[other])), shape=(len(group), len(group)))
    joined: NDArray[Any] = connected_components(links, directed=False)[1]
    return joined[group].astype(np.int64)


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

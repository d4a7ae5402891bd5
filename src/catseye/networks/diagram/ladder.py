"""Connections within connections, as of a U-Net: each level in a row of its own, below the line across it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.networks.diagram.outline import CONCATENATION, Block, Branches

if TYPE_CHECKING:
    from catseye.networks.diagram.outline import Items

_JOINS = ("sum", CONCATENATION)


@dataclass(frozen=True)
class Rung:
    """A level: what stands before the line across it, the join at the line's end, and what stands behind.

    The last level has no line: all of it stands before.
    """

    before: Items
    join: Branches | None
    behind: Items


def read_ladder(branches: Branches) -> tuple[Rung, ...]:
    """Return the levels below the line across ``branches``; none if there are no such lines within each other."""
    rungs: list[Rung] = []
    path = _around(branches)
    while path:
        at = next((number for number, item in enumerate(path) if _is_within(item, branches)), None)
        if at is None:
            rungs.append(Rung(path, None, ()))
            break
        inner = path[at]
        assert isinstance(inner, Branches)
        rungs.append(Rung(path[:at], inner, path[at + 1 :]))
        path = _around(inner)
    # An arrow ends at the first block of every level.
    whole = len(rungs) > 1 and all(rung.before and isinstance(rung.before[0], Block) for rung in rungs)
    return tuple(rungs) if whole else ()


def _around(branches: Branches) -> Items:
    """Return the path beside a line that hands on what it takes; ``()`` if these are other branches."""
    if len(branches.paths) != 2 or branches.join not in _JOINS or all(branches.paths):
        return ()
    return next((path for path in branches.paths if path), ())


def _is_within(item: object, branches: Branches) -> bool:
    return isinstance(item, Branches) and item.join == branches.join and bool(_around(item))

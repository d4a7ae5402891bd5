"""Where the paths of a network part, and where they join again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.networks.diagram.outline import (
    CONCATENATION,
    JOINED,
    PRODUCT,
    SUM,
    Branches,
    items_of,
    merge_elementwise,
    owners_among,
    rows_of,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.networks.diagram.outline import Item, Items
    from catseye.networks.summary import Operation, Summary

_DEEPEST = 24  # branches within branches


class _CrossedError(Exception):
    """Paths take from each other, so that they cannot be drawn beside each other."""


def read_outline(summary: Summary) -> tuple[Items, bool]:
    """Return a network's items, and whether their branches are those of the network.

    Where paths take from each other in between, or only the rows of the network are known, layers stand one behind
    the other in the order in which they run.
    """
    if not summary.operations:
        return rows_of(summary.layers), False
    return _Paths(summary.operations).read()


class _Paths:
    """Follows the paths from the picture to the result."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        self._operations = operations
        self._end = len(operations)
        self._owners = owners_among(operation.layer for operation in operations)
        self._next: list[list[int]] = [[] for _ in operations]
        for number, operation in enumerate(operations):
            for source in operation.sources:
                self._next[source].append(number)
        for following in self._next:
            following[:] = following or [self._end]
        self._join, self._depth = [self._end] * self._end, [0] * (self._end + 1)
        self._find_joins()
        self._whole = True

    def read(self) -> tuple[Items, bool]:
        """Return all items, and whether none of the branches was left out."""
        return self._path(0, self._end, 0), self._whole

    def _find_joins(self) -> None:
        """Note for each operation the first that all paths from it lead through: its immediate post-dominator."""
        for number in reversed(range(self._end)):
            common, *others = self._next[number]
            for other in others:
                common = self._common(common, other)
            self._join[number], self._depth[number] = common, self._depth[common] + 1

    def _path(self, start: int, end: int, depth: int, *, shown: bool = False) -> Items:
        """Return what stands from one operation to another, which is not taken; ``shown``: without the first."""
        items: list[Item] = []
        at = start
        while at != end:
            if not shown:
                items.append(items_of(self._operations[at], self._owners))
            following, shown = self._next[at], False
            if len(following) > 1:
                join = self._join[at]
                items += self._branches(at, following, join, depth, closed=join != end)
                shown, at = self._is_join(join), join
            else:
                at = following[0]
        return merge_elementwise(items)

    def _branches(self, start: int, firsts: Sequence[int], join: int, depth: int, *, closed: bool) -> list[Item]:
        """Return the paths between two operations; ``closed``: with the join itself."""
        try:
            if depth > _DEEPEST:
                raise _CrossedError
            paths = tuple(self._branch(start, together, join, depth) for together in self._parted(firsts, join))
        except _CrossedError:
            self._whole = False
            between = sorted(set[int]().union(*(self._reached(first, join) for first in firsts)))
            return [items_of(self._operations[number], self._owners) for number in between if not self._is_join(number)]
        if join == self._end or not closed:
            return [Branches(paths, "", (), ())]
        operation = self._operations[join]
        kind = {SUM: "sum", PRODUCT: "product", CONCATENATION: CONCATENATION}.get(operation.layer.kind, JOINED)
        output = operation.layer.output if self._is_join(join) else ()
        return [Branches(paths, kind, (), output, inside=operation.inside)]

    def _parted(self, firsts: Sequence[int], join: int) -> list[list[int]]:
        """Return which paths have nothing in common before the join, the others together."""
        parts: list[tuple[list[int], set[int]]] = []
        for first in firsts:
            together, reached = [first], self._reached(first, join)
            for part in [part for part in parts if part[1] & reached]:
                parts.remove(part)
                together, reached = [*part[0], *together], reached | part[1]
            parts.append((together, reached))
        return [part for part, _ in parts]

    def _branch(self, start: int, firsts: Sequence[int], join: int, depth: int) -> Items:
        """Return one path, which may begin with branches of its own; raise `_CrossedError` if it takes from another."""
        if firsts[0] == join:
            return ()
        reached = set[int]().union(*(self._reached(first, join) for first in firsts))
        allowed = reached | {start}
        if any(source not in allowed for number in reached for source in self._operations[number].sources):
            raise _CrossedError
        if len(firsts) == 1:
            return self._path(firsts[0], join, depth + 1)
        inner = firsts[0]
        for first in firsts[1:]:
            inner = self._common(inner, first)
        if inner == join:
            raise _CrossedError
        inside = self._branches(start, firsts, inner, depth + 1, closed=True)
        return merge_elementwise([*inside, *self._path(inner, join, depth + 1, shown=self._is_join(inner))])

    def _common(self, one: int, other: int) -> int:
        """Return the first operation that all paths from both lead through."""
        while one != other:
            if self._depth[one] >= self._depth[other]:
                one = self._join[one]
            else:
                other = self._join[other]
        return one

    def _reached(self, first: int, join: int) -> set[int]:
        reached, waiting = set[int](), [first]
        while waiting:
            at = waiting.pop()
            if at != join and at not in reached:
                reached.add(at)
                waiting += self._next[at]
        return reached

    def _is_join(self, number: int) -> bool:
        return number < self._end and self._operations[number].layer.kind in (SUM, PRODUCT, CONCATENATION)

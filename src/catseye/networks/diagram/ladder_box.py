"""The room that connections within connections take: a row for each level."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from catseye.drawing.labels import text_width
from catseye.networks.diagram.joins import RADIUS, SIGNS, join_words
from catseye.networks.diagram.scale import LINE, MARGIN
from catseye.networks.diagram.shapes import Join, Line, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from catseye.networks.diagram.ladder import Rung
    from catseye.networks.diagram.outline import Branches, Items
    from catseye.networks.diagram.scale import Scale
    from catseye.networks.diagram.shapes import Shape

# Rows take height, of which a page has least: words are as wide as there is room beside what stands before and behind.
_GAPS = (1.3, 1.1, 0.95, 0.8, 0.65)  # inches of an arrow, and so of the words that overhang a block
_ROOM = 6.6
_ROW_GAP, _TURN = 0.3, 0.16  # inches between rows, and from a block to where its line turns


class Row(Protocol):
    """Items one behind the other, as of a :class:`~catseye.networks.diagram.boxes.PathBox`."""

    width: float
    up: float
    down: float

    @property
    def first_middle(self) -> float: ...

    @property
    def first_up(self) -> float: ...

    @property
    def begins_with_block(self) -> bool: ...

    @property
    def entry(self) -> float: ...

    @property
    def exit(self) -> float: ...

    def place(self, left: float, middle: float, label: float) -> Iterator[Shape]: ...


class LadderBox:
    """The line across the whole at the top; below it row by row what lies around the next line."""

    def __init__(
        self, branches: Branches, rungs: Sequence[Rung], scale: Scale, row_of: Callable[[Items, Scale], Row]
    ) -> None:
        self._rungs, self._row_of = rungs, row_of
        self._joins = [branches, *(rung.join for rung in rungs if rung.join)]
        self._words = [join_words(join) for join in self._joins]
        for gap in _GAPS:
            self._lay_out(replace(scale, gap=max(scale.gap, gap)))
            if self.width <= _ROOM:
                break

    def _lay_out(self, scale: Scale) -> None:
        """Find out where things stand across the page, and how high the rows are."""
        self._scale = scale
        self._before = [self._row_of(rung.before, scale) for rung in self._rungs]
        self._behind = [self._row_of(rung.behind, scale) for rung in self._rungs]
        # The first blocks of all rows stand below each other, as do the joins.
        self._column = max(path.first_middle for path in self._before)
        ends = [self._start(path) + path.width + scale.gap / 2 for path in self._before]
        lines = [scale.arrow_length(rung.before[-1].output) for rung in self._rungs]
        self._join_at = max(end + line for end, line in zip(ends, lines, strict=True)) + RADIUS
        beside = max(text_width(words, scale.small) for words in self._words)
        arrow = max(scale.arrow_length(join.output) for join in self._joins)
        self._behind_at = self._join_at + RADIUS + max(beside + 2 * MARGIN, arrow)
        self.width = self._behind_at + max(path.width for path in self._behind) + 2 * _TURN
        words_below = RADIUS + scale.small * LINE + MARGIN
        pairs = list(zip(self._before, self._behind, strict=True))
        self._ups = [max(one.up, other.up, RADIUS) for one, other in pairs]
        self._downs = [max(one.down, other.down, words_below) for one, other in pairs]
        self.up = RADIUS
        self.down = words_below + sum(self._ups) + sum(self._downs) + _ROW_GAP * len(pairs)

    @property
    def entry(self) -> float:
        return 0.0

    @property
    def exit(self) -> float:
        return self.width

    def _start(self, path: Row) -> float:
        return self._column - path.first_middle

    def place(self, left: float, middle: float, label: float) -> Iterator[Shape]:
        del label
        fork, join, above = left + self._column, left + self._join_at, middle
        yield Line(((left, middle), (join - RADIUS, middle)), arrow=True)
        yield from self._place_join(0, join, middle)
        yield Line(((join + RADIUS, middle), (left + self.width, middle)))
        bottom = middle + RADIUS + self._scale.small * LINE + MARGIN
        column = fork
        for number, rung in enumerate(self._rungs):
            gap, height = bottom + _ROW_GAP / 2, bottom + _ROW_GAP + self._ups[number]
            path, behind = self._before[number], self._behind[number]
            down = ((fork, above), (fork, gap), (column, gap)) if fork != column else ((fork, above),)
            yield Line((*down, (column, height - path.first_up)), arrow=True)
            start = left + self._start(path)
            yield from path.place(start, height, 0.0)
            # A line down stands clear of the words below the last block.
            fork, out = start + path.width + self._scale.gap / 2, join + RADIUS
            if rung.join is None:
                yield Line(((start + path.exit, height), (join, height), (join, above + RADIUS)), arrow=True)
                yield from self._sizes(rung.before[-1].output, (start + path.exit + join) / 2, height)
                return
            yield Line(((start + path.exit, height), (join - RADIUS, height)), arrow=True)
            yield from self._sizes(rung.before[-1].output, (fork + join - RADIUS) / 2, height)
            yield from self._place_join(number + 1, join, height)
            if rung.behind:
                begin = left + self._behind_at
                yield Line(((out, height), (begin + behind.entry, height)), behind.begins_with_block)
                yield from self._sizes(rung.join.output, (out + begin) / 2, height)
                yield from behind.place(begin, height, 0.0)
                out = begin + behind.exit
            turn = out + _TURN
            yield Line(((out, height), (turn, height), (turn, gap), (join, gap), (join, above + RADIUS)), arrow=True)
            last = rung.behind[-1] if rung.behind else rung.join
            yield from self._sizes(last.output, (join + turn) / 2, gap)
            above, bottom = height, height + self._downs[number]

    def _place_join(self, number: int, at: float, height: float) -> Iterator[Shape]:
        yield Join((at, height), RADIUS, SIGNS.get(self._joins[number].join, "·"))
        words = Words((at + RADIUS + MARGIN, height + MARGIN), self._words[number], self._scale.small, across="left")
        yield words

    def _sizes(self, output: tuple[int, ...], at: float, height: float) -> Iterator[Shape]:
        if output:
            yield Words((at, height - 0.04), "×".join(f"{side:,}" for side in output), self._scale.small, down="bottom")

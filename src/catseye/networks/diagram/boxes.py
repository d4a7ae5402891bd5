"""How much room the parts of a diagram take, and where in it they stand.

A box extends to the right of a point on the line that the arrows follow, and above and below that line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.drawing.labels import text_width, wrap_text
from catseye.networks.diagram.block_box import LABEL_GAP, NO_BREAK, BlockBox
from catseye.networks.diagram.joins import RADIUS, SIGNS, join_words
from catseye.networks.diagram.ladder import read_ladder
from catseye.networks.diagram.ladder_box import LadderBox
from catseye.networks.diagram.outline import Block, Branches, Repetition
from catseye.networks.diagram.scale import LINE, MARGIN
from catseye.networks.diagram.shapes import Frame, Join, Line, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.networks.diagram.outline import Item, Items
    from catseye.networks.diagram.scale import Scale
    from catseye.networks.diagram.shapes import Shape

_LANE_GAP = 0.2  # inches between paths
_FRAME = 0.12  # inches between a frame and what is in it


class PathBox:
    """Items one behind the other, with arrows and sizes between them."""

    width: float
    up: float
    down: float

    def __init__(self, items: Items, scale: Scale, *, tail: bool = False) -> None:
        self._scale = scale
        self._boxes = [box_of(item, scale) for item in items]
        self._outputs = [item.output for item in items]
        self._arrows = [scale.arrow_length(output) for output in self._outputs]
        if not tail:
            self._arrows = self._arrows[:-1]
        self.width = sum(box.width for box in self._boxes) + sum(self._arrows)
        self._label = max((box.down for box in self._boxes if isinstance(box, BlockBox)), default=0.0)
        labels = [box.label.height + LABEL_GAP for box in self._boxes if isinstance(box, BlockBox)]
        self.up = max((box.up for box in self._boxes), default=MARGIN)
        inner = max((box.down for box in self._boxes if not isinstance(box, BlockBox)), default=MARGIN)
        self.down = max(inner, self._label + max(labels, default=0.0))

    @property
    def begins_with_block(self) -> bool:
        """Whether an arrow ends at its beginning, and not at a fork or a frame."""
        return bool(self._boxes) and isinstance(self._boxes[0], BlockBox)

    @property
    def first_middle(self) -> float:
        """Where the middle of its first item is."""
        return (self._boxes[0].entry + self._boxes[0].exit) / 2 if self._boxes else 0.0

    @property
    def first_up(self) -> float:
        """How far its first item rises above the line."""
        return self._boxes[0].up if self._boxes else 0.0

    @property
    def entry(self) -> float:
        return self._boxes[0].entry if self._boxes else 0.0

    @property
    def exit(self) -> float:
        if not self._boxes or len(self._arrows) == len(self._boxes):
            return self.width
        return self.width - self._boxes[-1].width + self._boxes[-1].exit

    def place(self, left: float, middle: float, label: float) -> Iterator[Shape]:
        del label
        for number, box in enumerate(self._boxes):
            yield from box.place(left, middle, self._label)
            if number == len(self._arrows):
                return
            start, left = left + box.exit, left + box.width + self._arrows[number]
            last = number + 1 == len(self._boxes)
            end = left + (0.0 if last else self._boxes[number + 1].entry)
            yield Line(((start, middle), (end, middle)), last or isinstance(self._boxes[number + 1], BlockBox))
            yield from _sizes(self._outputs[number], (start + end) / 2, middle, self._scale)


class BranchBox:
    """Paths above each other between a fork and a join."""

    def __init__(self, branches: Branches, scale: Scale) -> None:
        self._branches, self._scale = branches, scale
        self._paths = [PathBox(path, scale) for path in branches.paths]
        self._fork = 0.6 * scale.gap
        labelled = branches.join not in ("sum", "")
        ends = [path[-1].output if path and labelled else () for path in branches.paths]
        self._ends = [scale.arrow_length(end) for end in ends]
        self._end_outputs = ends
        self._inner = max(path.width + end for path, end in zip(self._paths, self._ends, strict=True))
        said = join_words(branches)
        room = max(1.0, *(text_width(word, scale.small) + 0.01 for word in said.split(" ")))
        lines = wrap_text(said, room, scale.small)
        self._behind = [line.replace(NO_BREAK, " ") for line in lines if line]
        beside = max((text_width(line, scale.small) for line in self._behind), default=0.0)
        self._join_at = self._fork + self._inner
        self.width = self._join_at + (RADIUS + MARGIN if branches.join else 0.0) + beside
        self._lanes = self._stacked()
        self.up = max(path.up - lane for path, lane in zip(self._paths, self._lanes, strict=True))
        self.down = max(path.down + lane for path, lane in zip(self._paths, self._lanes, strict=True))
        self.down = max(self.down, RADIUS + len(self._behind) * scale.small * LINE + MARGIN)

    @property
    def entry(self) -> float:
        return 0.0

    @property
    def exit(self) -> float:
        return self.width

    def _stacked(self) -> list[float]:
        """Return how far below the line each path runs: of a sum the longest on it, else around it."""
        widths = [path.width for path in self._paths]
        main = widths.index(max(widths)) if self._branches.join == "sum" else -1
        order = [number for number in range(len(widths)) if number != main] + ([main] if main >= 0 else [])
        lanes, top = [0.0] * len(widths), 0.0
        for number in order:
            lanes[number] = top + self._paths[number].up
            top = lanes[number] + self._paths[number].down + _LANE_GAP
        middle = lanes[main] if main >= 0 else (top - _LANE_GAP) / 2
        return [lane - middle for lane in lanes]

    def place(self, left: float, middle: float, label: float) -> Iterator[Shape]:
        del label
        fork, join = left + 0.35 * self._fork, left + self._join_at
        start = left + self._fork
        heights = [middle + lane for lane in self._lanes]
        yield Line(((left, middle), (fork, middle)))
        yield Line(((fork, min(*heights, middle)), (fork, max(*heights, middle))))
        for path, height, output, end in zip(self._paths, heights, self._end_outputs, self._ends, strict=True):
            if path.width == 0:
                yield from self._into_join(fork, join, height, middle)
                continue
            at = start + (self._inner - path.width - end) / 2
            yield Line(((fork, height), (at + path.entry, height)), path.begins_with_block)
            yield from path.place(at, height, 0.0)
            yield from self._into_join(at + path.exit, join, height, middle)
            if output:
                yield from _sizes(output, at + path.exit + self._scale.arrow_length(output) / 2, height, self._scale)
        if self._branches.join:
            yield Join((join, middle), RADIUS, SIGNS.get(self._branches.join, "·"))
            yield Line(((join + RADIUS, middle), (left + self.width, middle)))
            top = middle + MARGIN
            for line in self._behind:
                yield Words((join + RADIUS + MARGIN, top), line, self._scale.small, across="left")
                top += self._scale.small * LINE

    def _into_join(self, start: float, join: float, height: float, middle: float) -> Iterator[Shape]:
        radius = RADIUS if self._branches.join else 0.0
        if abs(height - middle) < radius:
            yield Line(((start, height), (join - radius, height)), arrow=bool(radius))
        else:
            end = middle + (radius if height > middle else -radius)
            yield Line(((start, height), (join, height), (join, end)), arrow=bool(radius))


class FrameBox:
    """What is repeated, in a frame that says how often."""

    def __init__(self, repetition: Repetition, scale: Scale) -> None:
        self._repetition, self._path = repetition, PathBox(repetition.items, scale)
        self._words, self._scale = f"{repetition.times} ×", scale
        self._side = max(_FRAME, scale.gap / 2)
        self._heading = scale.points * LINE + MARGIN
        self.width = self._path.width + 2 * self._side
        self.up = self._path.up + _FRAME + self._heading
        self.down = self._path.down + _FRAME

    @property
    def entry(self) -> float:
        return 0.0

    @property
    def exit(self) -> float:
        return self.width

    def place(self, left: float, middle: float, label: float) -> Iterator[Shape]:
        del label
        yield Frame((left, middle - self.up), self.width, self.up + self.down)
        corner = (left + MARGIN, middle - self.up + MARGIN / 2)
        yield Words(corner, self._words, self._scale.points, bold=True, across="left")
        start = left + self._side
        arrow = isinstance(self._repetition.items[0], Block)
        yield Line(((left, middle), (start + self._path.entry, middle)), arrow)
        yield from self._path.place(start, middle, 0.0)
        yield Line(((start + self._path.exit, middle), (left + self.width, middle)))


def box_of(item: Item, scale: Scale) -> BlockBox | BranchBox | FrameBox | LadderBox:
    """Return the room that an item takes."""
    if isinstance(item, Block):
        return BlockBox(item, scale)
    if not isinstance(item, Branches):
        return FrameBox(item, scale)
    rungs = read_ladder(item)
    if not rungs:
        return BranchBox(item, scale)
    return LadderBox(item, rungs, scale, PathBox)


def _sizes(output: tuple[int, ...], middle: float, line: float, scale: Scale) -> Iterator[Shape]:
    """Yield the size of what an arrow carries."""
    above, below = scale.size_texts(output)
    if above:
        yield Words((middle, line - 0.04), above, scale.small, down="bottom")
    if below:
        yield Words((middle, line + 0.04), below, scale.small)

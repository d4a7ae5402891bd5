"""How much room the parts of a diagram take, and where in it they stand.

A box extends to the right of a point on the line that the arrows follow, and above and below that line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from catseye.drawing.labels import text_width, wrap_text
from catseye.networks.diagram.outline import Block, Branches, Repetition
from catseye.networks.diagram.shapes import Frame, Join, Line, Solid, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from catseye.networks.diagram.outline import Item, Items
    from catseye.networks.diagram.shapes import Shape

_LINE = 1.22 / 72  # inches of a line of text for each point of its type
_LABEL_GAP, _LANE_GAP, _MARGIN = 0.07, 0.2, 0.08  # inches under a block, between paths, beside a text
_THINNEST, _LOWEST = 0.04, 0.22  # inches of a block's thickness, and of a column's height
_COLUMN, _COLUMN_BACK = 0.17, (0.07, 0.05)
_BACK = (0.22, 0.17)  # where the back of a block lies: right and up, in sides of its maps
_MOST_SLABS, _MOST_CELLS = 3, 12
_FRAME = 0.12  # inches between a frame and what is in it
_RADIUS = 0.12
_SIGNS = {"sum": "+", "concatenation": "‖"}


@dataclass(frozen=True)
class Scale:
    """How large things are drawn.

    Attributes
    ----------
    points : float
        Size of the type.
    side, channel : float
        Inches of a block's side for the square root of a pixel, and of its thickness for that of a channel.
    value : float
        Inches of a column's height for the fourth root of its values.
    gap : float
        Inches of the shortest arrow.
    stacked : bool
        Whether sizes stand in two lines: height and width above the arrow, channels below.
    """

    points: float
    side: float
    channel: float
    value: float
    gap: float
    stacked: bool

    @property
    def small(self) -> float:
        """Size of the smaller type."""
        return self.points - 1

    def size_texts(self, output: tuple[int, ...]) -> tuple[str, str]:
        """Return what stands above and below an arrow with this output."""
        if not output:
            return "", ""
        sides = [f"{side:,}" for side in output]
        if self.stacked and len(sides) == 3:
            return "×".join(sides[:2]), f"×{sides[2]}"
        return "×".join(sides), ""

    def arrow_length(self, output: tuple[int, ...]) -> float:
        """Return the length of an arrow with this output."""
        widths = (text_width(text, self.small) for text in self.size_texts(output) if text)
        return max(self.gap, 2 * _MARGIN + max(widths, default=0.0))


class Box(Protocol):
    """Room on the page."""

    width: float
    up: float
    down: float

    @property
    def entry(self) -> float:
        """How far to the right of the box's left edge the arrow to it ends."""

    @property
    def exit(self) -> float:
        """How far to the right of the box's left edge the arrow from it begins."""

    def place(self, left: float, middle: float, label: float) -> Iterator[Shape]:
        """Yield what is drawn; ``label``: how far below the line the words under blocks begin."""


@dataclass
class _Label:
    """Words under a block: what it does, what follows, what it consists of, its parameters."""

    lines: list[tuple[str, float, bool, bool]] = field(default_factory=list)  # text, points, bold, faint

    @classmethod
    def of(cls, block: Block, room: float, scale: Scale) -> _Label:
        times = f"{block.times} × " if block.times > 1 else ""
        parameters = f"{block.parameters:,} parameters" if block.parameters else ""
        behind = ", ".join(block.behind)
        texts = [(times + block.words, scale.points, True, False)]
        texts += [(text, scale.small, False, False) for text in (behind, block.detail) if text]
        texts += [(parameters, scale.small, False, True)] if parameters else []
        longest = max(text_width(word, points, bold=bold) for text, points, bold, _ in texts for word in text.split())
        room = max(room, longest + 0.01)
        return cls(
            [
                (line, points, bold, faint)
                for text, points, bold, faint in texts
                for line in wrap_text(text, room, points, bold=bold)
            ]
        )

    @property
    def width(self) -> float:
        return max(text_width(line, points, bold=bold) for line, points, bold, _ in self.lines)

    @property
    def height(self) -> float:
        return sum(points * _LINE for _, points, _, _ in self.lines)

    def place(self, middle: float, top: float) -> Iterator[Shape]:
        for line, points, bold, faint in self.lines:
            yield Words((middle, top), line, points, bold, faint)
            top += points * _LINE


class BlockBox:
    """A layer's cuboid or column, with its words below."""

    def __init__(self, block: Block, scale: Scale) -> None:
        self._block = block
        if len(block.output) == 3:
            height, width, channels = block.output
            self._height, across = scale.side * height**0.5, scale.side * width**0.5
            self._back = (_BACK[0] * across, _BACK[1] * across)
            self._thickness = max(_THINNEST, scale.channel * channels**0.5)
        else:
            values = block.output[0] if block.output else 1
            self._height, self._back = max(_LOWEST, scale.value * values**0.25), _COLUMN_BACK
            self._thickness = _COLUMN
        self._slabs = min(block.times, _MOST_SLABS)
        self._step = self._thickness + max(0.05, 0.3 * self._back[0])
        self._solid = self._thickness + (self._slabs - 1) * self._step
        self._core = self._solid + self._back[0]
        self.label = _Label.of(block, max(self._core + scale.gap - _MARGIN, 0.085 * scale.points), scale)
        self.width = max(self._core, self.label.width + 2 * _MARGIN - scale.gap)
        self.up = self.down = (self._height + self._back[1]) / 2

    @property
    def entry(self) -> float:
        return (self.width - self._core) / 2

    @property
    def exit(self) -> float:
        return self.entry + self._core

    def place(self, left: float, middle: float, label: float) -> Iterator[Shape]:
        front = left + self.entry
        values = self._block.output[0] if len(self._block.output) == 1 else 0
        cells = values if 1 < values <= _MOST_CELLS else 1
        for number in reversed(range(self._slabs)):  # the hindmost first
            start = front + number * self._step
            yield Solid(self._block.kind, start, middle, self._thickness, self._height, self._back, cells)
        yield from self.label.place(left + self.width / 2, middle + label + _LABEL_GAP)


class PathBox:
    """Items one behind the other, with arrows and sizes between them."""

    def __init__(self, items: Items, scale: Scale, *, tail: bool = False) -> None:
        self._scale = scale
        self._boxes = [box_of(item, scale) for item in items]
        self._outputs = [item.output for item in items]
        self._arrows = [scale.arrow_length(output) for output in self._outputs]
        if not tail:
            self._arrows = self._arrows[:-1]
        self.width = sum(box.width for box in self._boxes) + sum(self._arrows)
        self._label = max((box.down for box in self._boxes if isinstance(box, BlockBox)), default=0.0)
        labels = [box.label.height + _LABEL_GAP for box in self._boxes if isinstance(box, BlockBox)]
        self.up = max((box.up for box in self._boxes), default=_MARGIN)
        inner = max((box.down for box in self._boxes if not isinstance(box, BlockBox)), default=_MARGIN)
        self.down = max(inner, self._label + max(labels, default=0.0))

    @property
    def begins_with_block(self) -> bool:
        """Whether an arrow ends at its beginning, and not at a fork or a frame."""
        return bool(self._boxes) and isinstance(self._boxes[0], BlockBox)

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
        self._behind = [line for line in wrap_text(self._join_words(), 1.0, scale.small) if line]
        beside = max((text_width(line, scale.small) for line in self._behind), default=0.0)
        self._join_at = self._fork + self._inner
        self.width = self._join_at + (_RADIUS + _MARGIN if branches.join else 0.0) + beside
        self._lanes = self._stacked()
        self.up = max(path.up - lane for path, lane in zip(self._paths, self._lanes, strict=True))
        self.down = max(path.down + lane for path, lane in zip(self._paths, self._lanes, strict=True))
        self.down = max(self.down, _RADIUS + len(self._behind) * scale.small * _LINE + _MARGIN)

    @property
    def entry(self) -> float:
        return 0.0

    @property
    def exit(self) -> float:
        return self.width

    def _join_words(self) -> str:
        join = {"": "", "sum": "sum", "concatenation": "concat"}.get(self._branches.join, "joined")
        return ", ".join((join, *self._branches.behind)) if join else ""

    def _stacked(self) -> list[float]:
        """Return how far below the line each path runs: the longest of a sum on it, paths to be set beside around it."""
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
            yield Join((join, middle), _RADIUS, _SIGNS.get(self._branches.join, "·"))
            yield Line(((join + _RADIUS, middle), (left + self.width, middle)))
            top = middle + _MARGIN
            for line in self._behind:
                yield Words((join + _RADIUS + _MARGIN, top), line, self._scale.small, across="left")
                top += self._scale.small * _LINE

    def _into_join(self, start: float, join: float, height: float, middle: float) -> Iterator[Shape]:
        radius = _RADIUS if self._branches.join else 0.0
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
        self._heading = scale.points * _LINE + _MARGIN
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
        corner = (left + _MARGIN, middle - self.up + _MARGIN / 2)
        yield Words(corner, self._words, self._scale.points, bold=True, across="left")
        start = left + self._side
        arrow = isinstance(self._repetition.items[0], Block)
        yield Line(((left, middle), (start + self._path.entry, middle)), arrow)
        yield from self._path.place(start, middle, 0.0)
        yield Line(((start + self._path.exit, middle), (left + self.width, middle)))


def box_of(item: Item, scale: Scale) -> BlockBox | BranchBox | FrameBox:
    """Return the room that an item takes."""
    if isinstance(item, Block):
        return BlockBox(item, scale)
    return BranchBox(item, scale) if isinstance(item, Branches) else FrameBox(item, scale)


def _sizes(output: tuple[int, ...], middle: float, line: float, scale: Scale) -> Iterator[Shape]:
    """Yield the size of what an arrow carries."""
    above, below = scale.size_texts(output)
    if above:
        yield Words((middle, line - 0.04), above, scale.small, down="bottom")
    if below:
        yield Words((middle, line + 0.04), below, scale.small)

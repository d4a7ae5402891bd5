"""The room that a layer takes: its cuboid or column, and its words."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from catseye.drawing.labels import text_width, wrap_text
from catseye.networks.diagram.scale import LINE, MARGIN
from catseye.networks.diagram.shapes import Solid, Words
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from catseye.networks.diagram.outline import Block, Kind
    from catseye.networks.diagram.scale import Scale
    from catseye.networks.diagram.shapes import Shape

LABEL_GAP = 0.07  # inches under a block
_THINNEST, _LOWEST = 0.04, 0.22  # inches of a block's thickness, and of a column's height
_COLUMN, _COLUMN_BACK = 0.17, (0.07, 0.05)
_BACK = (0.22, 0.17)  # where the back of a block lies: right and up, in sides of its maps
NO_BREAK = "\u00a0"
_MOST_SLABS, _MOST_CELLS = 3, 12
_MOST_STRIPES = 8  # of a block that stands for several layers; of more there is one for each kind
_LONGEST_NAME = 24  # letters


def unbroken(text: str) -> str:
    """Return a text of two words, such as ``"stride 2"`` or ``"batch norm"``, so that no line ends between them."""
    return text.replace(" ", NO_BREAK) if text.count(" ") == 1 else text


def stripes(kinds: Sequence[Kind]) -> tuple[tuple[Kind, int], ...]:
    """Return what stripes a block of layers of these kinds has, and of how many layers each is.

    They stand in the layers' order, a stripe each; of many, layers of one kind that follow one another are one stripe,
    and of very many all layers of a kind.
    """
    runs: list[tuple[Kind, int]] = [(kind, 1) for kind in kinds]
    if len(runs) > _MOST_STRIPES:
        runs = [(kind, len(list(same))) for kind, same in groupby(kinds)]
    if len(runs) > _MOST_STRIPES:
        runs = list(Counter(kinds).items())
    return tuple(runs)


def _with_numbers(text: str) -> str:
    """Return a text so that no line ends within ``"2 × conv 3×3"`` before the layer, nor within ``"stride 2"``."""
    counted = re.sub(r"(\d) × (?=\w)", rf"\1{NO_BREAK}×{NO_BREAK}", text)
    return re.sub(r"(stride|dilation) (?=\d)", rf"\1{NO_BREAK}", counted)


def cut_name(name: str) -> str:
    """Return the end of a long name."""
    return name if len(name) <= _LONGEST_NAME else f"…{name[1 - _LONGEST_NAME :]}"


@dataclass
class _Label:
    """Words under a block: what it does, what follows, what it consists of, its parameters."""

    lines: list[tuple[str, float, bool, bool]] = field(default_factory=list)  # text, points, bold, faint

    @classmethod
    def of(cls, block: Block, room: float, scale: Scale) -> _Label:
        times = f"{block.times}{NO_BREAK}×{NO_BREAK}" if block.times > 1 else ""
        together = " together" if block.times > 1 else ""
        parameters = f"{counted(block.parameters, 'parameter')}{together}" if block.parameters else ""
        # A line ends behind a comma rather than within "stride 2".
        behind = ", ".join(map(unbroken, block.behind))
        words = block.words if block.kind == "group" else ", ".join(map(unbroken, block.full_words.split(", ")))
        if block.name:
            words = f"{cut_name(block.name)}: {words}"
        texts = [(times + words, scale.points, True, False)]
        # Not "weights of features.0.conv", of which one word is as long as three blocks are wide.
        shared = " of ".join(map(cut_name, block.shared_weights.split(" of ", 1)))
        said = (shared, behind, _with_numbers(block.detail))
        texts += [(text, scale.small, False, False) for text in said if text]
        texts += [(parameters, scale.small, False, True)] if parameters else []
        longest = max(
            text_width(word, points, bold=bold) for text, points, bold, _ in texts for word in text.split(" ")
        )
        room = max(room, longest + 0.01)
        return cls(
            [
                (line.replace(NO_BREAK, " "), points, bold, faint)
                for text, points, bold, faint in texts
                for line in wrap_text(text, room, points, bold=bold)
            ]
        )

    @property
    def width(self) -> float:
        return max(text_width(line, points, bold=bold) for line, points, bold, _ in self.lines)

    @property
    def height(self) -> float:
        return sum(points * LINE for _, points, _, _ in self.lines)

    def place(self, middle: float, top: float) -> Iterator[Shape]:
        for line, points, bold, faint in self.lines:
            yield Words((middle, top), line, points, bold, faint)
            top += points * LINE


class BlockBox:
    """A layer's cuboid or column, with its words below."""

    width: float
    up: float
    down: float

    def __init__(self, block: Block, scale: Scale) -> None:
        self._block = block
        if len(block.output) == 3:
            height, width, channels = block.output
            self._height, across = scale.side * math.sqrt(height), scale.side * math.sqrt(width)
            self._back = (_BACK[0] * across, _BACK[1] * across)
            self._thickness = max(_THINNEST, scale.channel * math.sqrt(channels))
        else:
            values = math.prod(block.output)
            self._height, self._back = max(_LOWEST, scale.value * math.sqrt(math.sqrt(values))), _COLUMN_BACK
            self._thickness = _COLUMN
        self._slabs = min(block.times, _MOST_SLABS)
        self._step = self._thickness + max(0.05, 0.3 * self._back[0])
        self._solid = self._thickness + (self._slabs - 1) * self._step
        self._core = self._solid + self._back[0]
        self.label = _Label.of(block, max(self._core + scale.gap - MARGIN, 0.085 * scale.points), scale)
        self.width = max(self._core, self.label.width + 2 * MARGIN - scale.gap)
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
            parts = stripes(self._block.kinds or (self._block.kind,))
            yield Solid(parts, start, middle, self._thickness, self._height, self._back, cells)
        yield from self.label.place(left + self.width / 2, middle + label + LABEL_GAP)

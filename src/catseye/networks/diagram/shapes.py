"""What a diagram is drawn of, in inches from the top left corner of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from catseye.networks.diagram.outline import Kind

Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True)
class Solid:
    """A cuboid: its front's left edge, its centre's height on the page, its sides, and where its back lies.

    Its stripes have the colours of their kinds, and are as thick as their number of layers.
    """

    stripes: tuple[tuple[Kind, int], ...]
    left: float
    middle: float
    thickness: float
    height: float
    back: Point
    cells: int = 1  # into which the front of a column is divided


@dataclass(frozen=True)
class Line:
    """A line through points, with the head of an arrow at its end if it is one."""

    points: tuple[Point, ...]
    arrow: bool = False


@dataclass(frozen=True)
class Words:
    """A text: where it stands, and which part of it stands there."""

    at: Point
    text: str
    points: float
    bold: bool = False
    faint: bool = False
    across: Literal["left", "center", "right"] = "center"
    down: Literal["top", "center", "bottom"] = "top"


@dataclass(frozen=True)
class Join:
    """A circle where paths join, with a sign in it."""

    at: Point
    radius: float
    sign: str


@dataclass(frozen=True)
class Frame:
    """A dashed frame around what is repeated."""

    corner: Point
    width: float
    height: float


Shape: TypeAlias = Solid | Line | Words | Join | Frame

"""How large the parts of a diagram are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catseye.drawing.labels import text_width

LINE: Final = 1.22 / 72  # inches of a line of text for each point of its type
MARGIN: Final = 0.08  # inches beside a text


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
        return max(self.gap, 2 * MARGIN + max(widths, default=0.0))

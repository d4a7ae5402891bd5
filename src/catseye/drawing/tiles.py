"""Pictures of one size with captions, as large as a page that is projected has room for."""

from __future__ import annotations

from dataclasses import dataclass

from catseye.drawing.canvas import PAGE_HEIGHT, PAGE_WIDTH

MARGIN = 0.3  # inches around all


@dataclass(frozen=True)
class Tiles:
    """How tiles lie, row by row; all in inches.

    Attributes
    ----------
    columns, rows : int
    wide, tall : float
        A tile without its caption.
    caption : float
        Room for the words at a tile.
    gap : float
        Between tiles.
    """

    columns: int
    rows: int
    wide: float
    tall: float
    caption: float
    gap: float

    @property
    def width(self) -> float:
        """All columns."""
        return self.columns * (self.wide + self.gap) - self.gap

    @property
    def height(self) -> float:
        """All rows with their captions."""
        return self.rows * (self.tall + self.caption + self.gap) - self.gap

    def corner(self, index: int) -> tuple[float, float]:
        """Return from the left and from the top where a tile, or the caption above it, begins."""
        row, column = divmod(index, self.columns)
        return column * (self.wide + self.gap), row * (self.tall + self.caption + self.gap)


def lay_out_tiles(
    count: int, shape: float, *, above: float, caption: float, sides: tuple[float, float], gap: float = 0.18
) -> Tiles:
    """Return the layout with the largest tiles that fits on a page of 16:9.

    Parameters
    ----------
    count
        Number of tiles, at least one.
    shape
        Height of a tile as a share of its width.
    above
        Room for the heading, in inches.
    caption
        Room for the words at a tile, in inches.
    sides
        The least and the largest width of a tile, in inches. Tiles that do not fit at the least width make the page
        higher.
    gap
        Between tiles, in inches.
    """
    across, down = PAGE_WIDTH - 2 * MARGIN + gap, PAGE_HEIGHT - 2 * MARGIN - above + gap
    least, largest = sides

    def widest(columns: int) -> float:
        rows = -(-count // columns)
        return min(across / columns - gap, (down / rows - gap - caption) / shape, largest)

    columns = max(range(1, count + 1), key=lambda columns: (widest(columns), columns))
    wide = widest(columns)
    if wide < least:
        columns = max(1, min(count, int(across / (least + gap))))
        wide = min(across / columns - gap, largest)
    return Tiles(columns, -(-count // columns), wide, wide * shape, caption, gap)

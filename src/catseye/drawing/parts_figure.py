"""An answer in words and numbers as a figure: its sentences and tables, set below each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.drawing.canvas import make_canvas
from catseye.drawing.labels import text_width, wrap_text
from catseye.drawing.numbers import exact
from catseye.drawing.parts import Matrices, Table
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from catseye.drawing.parts import Part

_SIZE = 10.0  # points
_LINE, _MARGIN, _GAP = 0.22, 0.25, 0.35  # inches of a line, around all, between columns
_ASCENT = 0.14  # inches from the top of a line to its letters' baseline, which all fonts share
_NARROWEST, _WIDEST = 4.0, 11.0  # inches of the figure
_WIDEST_CELL = 4.5  # inches
_MOST_LINES = 120


@dataclass(frozen=True)
class _Line:
    """A row of texts, each at its left edge or, if it is a number, at its right edge, in inches."""

    cells: tuple[tuple[str, float, bool], ...]
    width: float
    bold: bool = False
    ruled: bool = False


def draw_parts(parts: Iterable[Part]) -> Figure:
    """Draw words, tables and matrices below each other; what exceeds 120 lines is left out, and said to be."""
    lines = [line for part in parts for line in _lines(part)][:-1]  # without the gap after the last
    if len(lines) > _MOST_LINES:
        lines = [*lines[:_MOST_LINES], *_words(f"… and {counted(len(lines) - _MOST_LINES, 'more line')}")]
    width = 2 * _MARGIN + max([_NARROWEST, *(line.width for line in lines)])
    figure, axes = make_canvas(width, 2 * _MARGIN + _LINE * max(1, len(lines)))
    for row, line in enumerate(lines):
        _draw_line(axes, line, _MARGIN + _LINE * row)
    return figure


def _draw_line(axes: Axes, line: _Line, top: float) -> None:
    weight = "bold" if line.bold else "normal"
    for text, place, right in line.cells:
        align = "right" if right else "left"
        axes.text(_MARGIN + place, top + _ASCENT, text, va="baseline", ha=align, fontsize=_SIZE, fontweight=weight)
    if line.ruled:
        axes.plot([_MARGIN, _MARGIN + line.width], [top + _LINE - 0.02] * 2, color="0.6", linewidth=0.6)


def _lines(part: Part) -> Iterator[_Line]:
    if isinstance(part, str):
        yield from _words(part)
    elif isinstance(part, Table):
        yield from _table(part)
    else:
        yield from _matrices(part)
    yield _Line((), 0)


def _words(text: str) -> Iterator[_Line]:
    for paragraph in text.strip().split("\n"):
        for line in wrap_text(paragraph, _WIDEST - 2 * _MARGIN, _SIZE):
            yield _Line(((line, 0.0, False),), text_width(line, _SIZE))


def _matrices(part: Matrices) -> Iterator[_Line]:
    for name, values in part.named:
        yield from _words(name)
        rows = tuple(tuple(exact(value) for value in row) for row in values.tolist())
        yield from _table(Table((">",) * values.shape[1], rows))


def _table(table: Table) -> Iterator[_Line]:
    names = tuple(name.rstrip(">") for name in table.columns)
    right = [name.endswith(">") for name in table.columns]
    rows = [*table.rows, *([table.totals] if table.totals else [])]
    widths = [
        min(_WIDEST_CELL, max(text_width(row[at], _SIZE, bold=row in (names, table.totals)) for row in [names, *rows]))
        for at in range(len(names))
    ]
    if any(names):
        yield from _row(names, widths, right, bold=True, ruled=True)
    for row in rows:
        yield from _row(row, widths, right, bold=row is table.totals)


def _row(
    cells: Sequence[str], widths: Sequence[float], right: Sequence[bool], *, bold: bool, ruled: bool = False
) -> Iterator[_Line]:
    """Yield the lines of a row: a long cell is wrapped."""
    wrapped = [wrap_text(cell, width + 0.01, _SIZE, bold=bold) for cell, width in zip(cells, widths, strict=True)]
    lefts = [sum(widths[:at]) + _GAP * at for at in range(len(widths))]
    height = max(map(len, wrapped))
    for index in range(height):
        placed = tuple(
            (texts[index], left + (width if number else 0), number)
            for texts, left, width, number in zip(wrapped, lefts, widths, right, strict=True)
            if index < len(texts)
        )
        yield _Line(placed, lefts[-1] + widths[-1], bold, ruled and index == height - 1)

"""An answer as a command gives it: its file, and on stdout JSON, or words and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.cli.common import console, escape_control_characters, escape_line, make_table, print_json
from catseye.drawing.numbers import exact
from catseye.drawing.parts import Matrices, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rich.console import RenderableType
    from rich.table import Table as RichTable

    from catseye.arrays import Floats
    from catseye.drawing.answer import Answer
    from catseye.drawing.parts import Part


def write_and_print(
    answer: Answer, output: Path | None = None, *, json: bool, names_figure: bool = True, also: Sequence[Path] = ()
) -> None:
    """Write an answer to ``output`` if that is wanted, and print it.

    Parameters
    ----------
    answer
    output
        File for the figure.
    json
        Print one JSON document, not words.
    names_figure
        Whether the document says in ``figure`` where the figure is.
    also
        Other files that were written.
    """
    if output:
        answer.save(output)
    if json:
        values = answer.to_json()
        print_json(values | {"figure": str(output) if output else None} if names_figure else values)
        return
    print_parts(answer.view().parts)
    if output:
        tell_written(output, *also)


def tell_written(*files: Path | None) -> None:
    """Say on stdout which files were written, if any."""
    written = " and ".join(str(file) for file in files if file)
    if written:
        console().print(escape_line(f"wrote {written}"), soft_wrap=True)


def print_parts(parts: Iterable[Part]) -> None:
    """Print words, tables and matrices on stdout."""
    out = console()
    for part in parts:
        out.print(_printable(part), soft_wrap=isinstance(part, str))


def _printable(part: Part) -> RenderableType:
    if isinstance(part, Table):
        return make_table(part.columns, part.rows, totals=part.totals)
    return _beside(part) if isinstance(part, Matrices) else escape_control_characters(part)


def _beside(matrices: Matrices) -> RichTable:
    from rich.table import Table as RichTable

    line = RichTable.grid(padding=(0, 2))
    for _ in matrices.named:
        line.add_column(no_wrap=True)
    line.add_row(*(name for name, _ in matrices.named))
    line.add_row(*(_cells(values) for _, values in matrices.named))
    return line


def _cells(values: Floats) -> RichTable:
    from rich.box import SQUARE
    from rich.table import Table as RichTable

    cells = RichTable(box=SQUARE, show_header=False, padding=(0, 1))
    for _ in values[0]:
        cells.add_column(justify="right", no_wrap=True)
    for row in values.tolist():
        cells.add_row(*(exact(value) for value in row))
    return cells

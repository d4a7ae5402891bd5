"""One answer in every form in which it is given: JSON, words, tables, a figure, a file.

What draws is loaded on use, so that words cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from matplotlib.figure import Figure

    from catseye.arrays import Floats


@dataclass(frozen=True)
class Table:
    """Rows under named columns.

    Attributes
    ----------
    columns : tuple of str
        A name that ends in ``>`` is that of numbers, which are aligned to the right; the sign is not shown.
    rows : tuple of tuple of str
    totals : tuple of str
        A last row, or nothing.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Matrices:
    """Small matrices (rows, columns) side by side, each under its name."""

    named: tuple[tuple[str, Floats], ...]


Part = str | Table | Matrices


@dataclass(frozen=True, eq=False)
class View:
    """One answer, made by its topic's room; whoever shows it knows no topic.

    Attributes
    ----------
    title : str
        Heading of a page.
    parts : tuple of str, Table and Matrices
        The answer without its figure, in reading order, for a terminal or a notebook.
    to_json : Callable
        Returns the answer as JSON values.
    draw : Callable, optional
        Returns the figure, in the style that is set around the call: use the methods below.
    caption : tuple of str
        Paragraphs that stand above the figure on a page.
    writers : dict from str to Callable
        Functions that write files other than this figure, by the files' ending: ``{".gif": write_film}``.
    """

    title: str
    parts: tuple[Part, ...]
    to_json: Callable[[], Any]
    draw: Callable[[], Figure] | None = None
    caption: tuple[str, ...] = ()
    writers: Mapping[str, Callable[[Path], None]] = field(default_factory=dict)

    def figure(self) -> Figure:
        """Return the figure.

        Raises
        ------
        UsageError
            The answer has none; so do the other methods.
        """
        from catseye.drawing.style import styled

        with styled():
            return self._drawing()()

    def svg(self) -> str:
        """Return the figure as an SVG drawing in the colours of the page that it is put into."""
        from catseye.drawing.figure_file import inline

        return inline(self._drawing())

    def write(self, path: Path) -> None:
        """Write the answer, completely or not at all, as the ending of ``path`` says: a picture, a drawing, a page.

        Raises
        ------
        CatseyeError
            The file cannot be written.
        """
        from catseye.drawing.figure_file import write_figure

        write = self.writers.get(path.suffix.lower())
        if write:
            write(path)
        else:
            write_figure(path, self._drawing(), self.title, self.caption)

    def _drawing(self) -> Callable[[], Figure]:
        if self.draw is None:
            raise UsageError(f"{self.title}: there is no figure of this answer.")
        return self.draw

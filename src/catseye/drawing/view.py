"""One answer in every form in which it is given: JSON, words, tables, a figure, a file.

What draws is loaded on use, so that words cost nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from matplotlib.figure import Figure

    from catseye.drawing.parts import Part


@dataclass(frozen=True, eq=False)
class View:
    """How an answer looks. It is made by its topic's package, so that what displays it needs to know no topic.

    Attributes
    ----------
    title : str
        Heading of a page.
    parts : tuple of str, Table and Matrices
        The answer without its figure, in reading order, for a terminal or notebook.
    draw : Callable, optional
        Returns the figure, in the style that is set around the call: use the methods below. Without it the parts are
        set as a figure.
    caption : tuple of str
        Paragraphs that stand above the figure on a page.
    bare : Callable, optional
        Returns the figure without the words that the caption, and in a notebook the parts, say beside it; by default
        the figure itself. A file of the figure alone has the words.
    writers : dict from str to Callable
        What writes files that are not this figure, by their ending: ``{".gif": write_film}``.
    html : Callable, optional
        Returns the answer as an HTML fragment for a notebook; by default it is made of the parts and the figure.
    """

    title: str
    parts: tuple[Part, ...]
    draw: Callable[[], Figure] | None = None
    caption: tuple[str, ...] = ()
    writers: Mapping[str, Callable[[Path], object]] = field(default_factory=dict)
    html: Callable[[], str] | None = None
    bare: Callable[[], Figure] | None = None

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings of the files that :meth:`write` writes."""
        from catseye.drawing.figure_file import ENDINGS

        return (*ENDINGS, *(ending for ending in self.writers if ending not in ENDINGS))

    def figure(self, *, bare: bool = False) -> Figure:
        """Return the figure; ``bare``: without the words that stand beside it."""
        from catseye.drawing.fonts import use_fonts
        from catseye.drawing.style import styled

        with styled():
            figure = (self.bare if bare and self.bare else self._drawing())()
            use_fonts(figure)
            return figure

    def svg(self) -> str:
        """Return the figure as an SVG drawing in the colours of the page that it is put into."""
        from catseye.drawing.figure_file import inline

        return inline(self._drawing())

    def write(self, path: Path) -> None:
        """Write the answer, completely or not at all, as the ending of ``path`` says: a picture, a drawing, a page.

        Raises
        ------
        UsageError
            There is no form with this ending.
        CatseyeError
            The file cannot be written.
        """
        from catseye.drawing.figure_file import check_ending, write_figure

        check_ending(path, self.endings)
        write = self.writers.get(path.suffix.lower())
        if write:
            write(path)
        else:
            write_figure(path, self._drawing(), self.title, self.caption, self.bare)

    def _drawing(self) -> Callable[[], Figure]:
        if self.draw:
            return self.draw

        def draw_parts() -> Figure:
            from catseye.drawing.parts_figure import draw_parts

            return draw_parts(self.parts)

        return draw_parts

"""A figure as a file: a picture, a drawing, or a page that needs nothing but itself."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from catseye.drawing.mark import is_unchanged
from catseye.drawing.page import write_page
from catseye.errors import UsageError, missing_package
from catseye.system.files import new_output

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from matplotlib.figure import Figure

PAGE = ".html"
ENDINGS = (".png", ".svg", PAGE)
_DRAWN, _MATPLOTLIB = (".png", ".svg", ".gif"), "matplotlib"


def figure_output(path: Path, *, force: bool, read: Path | None = None, endings: Sequence[str] = ENDINGS) -> Path:
    """Return ``path`` if a figure may be written there: to be called before any work.

    Raises
    ------
    UsageError
        It has another ending, already exists and ``force`` is not said, is ``read``, is a folder, or lies in none.
    """
    check_ending(path, endings, "-o")
    _require_matplotlib(path)
    return new_output(path, force=force, read=read)


def default_output(path: Path, *, force: bool, read: Path | None = None) -> Path:
    """Return ``path``, as a file is called for which the user gave no name, if nothing of theirs is lost there.

    Raises
    ------
    UsageError
        It is ``read``, is a folder, or a file that Catseye did not write, or that was changed since; unless ``force``.
    """
    if path.exists() and not path.is_dir() and not force and not is_unchanged(path):
        raise UsageError(
            f"{path} already exists and is not as Catseye wrote it; choose another name with -o, or use --force."
        )
    _require_matplotlib(path)
    return new_output(path, force=True, read=read)


def _require_matplotlib(path: Path) -> None:
    """Raise `MissingPackageError` for a picture where Matplotlib, which draws it, is not installed."""
    if path.suffix.lower() in _DRAWN and find_spec(_MATPLOTLIB) is None:
        missing = missing_package(ModuleNotFoundError(name=_MATPLOTLIB), f"a figure such as {path}")
        assert missing is not None
        raise missing


def check_ending(path: Path, endings: Sequence[str], what: str = "the file") -> None:
    """Raise `UsageError` if ``path``, which a user knows as ``what``, has none of the ``endings``."""
    if path.suffix.lower() not in endings:
        raise UsageError(f"{what} must end in {', '.join(endings[:-1])} or {endings[-1]}; got {path}.")


def write_figure(
    path: Path,
    draw: Callable[[], Figure],
    title: str,
    paragraphs: Sequence[str] = (),
    bare: Callable[[], Figure] | None = None,
) -> None:
    """Write what ``draw`` returns, whole or not at all, as the ending of ``path`` says.

    A page has the texts too, and the figure that ``bare`` returns, which does not repeat them.
    """
    if path.suffix.lower() != PAGE:
        from catseye.drawing.style import save, styled  # on use: a page without figures needs no Matplotlib

        with styled():
            save(draw(), path)
        return

    def drawn() -> Figure:
        figure = (bare or draw)()
        if figure.get_suptitle().strip() == title:  # the page's own heading
            figure.suptitle("")
        return figure

    values = {"title": title, "paragraphs": paragraphs, "drawing": inline(drawn)}
    write_page(path, "catseye.drawing", "figure.html.j2", **values)


def inline(draw: Callable[[], Figure]) -> str:
    """Return what ``draw`` returns as an SVG drawing in the colours of the page that it is put into."""
    from catseye.drawing.style import styled, svg

    with styled(inline=True):
        return svg(draw())

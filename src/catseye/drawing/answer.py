"""What a verb returns: an answer that shows itself in a terminal, in a notebook, as JSON, as a figure, as a file."""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import singledispatch
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catseye.arguments import check_folder, with_checked_arguments
from catseye.errors import with_short_traceback

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from catseye.drawing.view import View


@singledispatch
def make_view(answer: object) -> View:
    """Return how an answer looks; the module ``view`` of each room registers this for the room's answers."""
    raise TypeError(f"no view is registered for {type(answer).__name__}.")


class Answer(ABC):
    """An answer in every form in which it is given.

    A topic's room derives its results from this, and describes how they look in its module ``view``, with functions
    that are registered with :func:`make_view`; whoever shows an answer, a command, a notebook or a page, knows no
    topic.
    """

    @abstractmethod
    def __repr__(self) -> str:
        """Return the answer in one short line."""

    @abstractmethod
    def to_json(self) -> Any:
        """Return the answer as JSON values, as ``--json`` prints them."""

    def view(self) -> View:
        """Return title, words, tables and figure of the answer."""
        kind = next(kind for kind in type(self).__mro__ if Answer in kind.__bases__)
        import_module(f"{kind.__module__.rpartition('.')[0]}.view")  # on use, so that results cost no drawing
        return make_view(self)

    @with_short_traceback
    def figure(self) -> Figure:
        """Return the answer as a matplotlib figure; an answer in words and numbers is set as a table."""
        return self.view().figure()

    @with_short_traceback
    @with_checked_arguments
    def save(self, path: str | Path) -> Path:
        """Write the answer to a file, completely or not at all, and return its path.

        What was at ``path`` is replaced.

        Parameters
        ----------
        path
            Its ending says what is written: .png or .svg is the figure, .html a page that needs nothing but itself;
            some answers have further forms, such as .gif.

        Raises
        ------
        UsageError
            The answer cannot be written in this form, or there is no such folder.
        CatseyeError
            The file cannot be written.
        """
        from catseye.drawing.figure_file import check_ending  # on use, as it draws

        path, view = Path(path), self.view()
        check_ending(path, view.endings)
        check_folder(path)
        view.write(path)
        return path

    def _repr_html_(self) -> str:
        """Return the answer for a notebook: its words and tables in the notebook's own colours, and its figure."""
        from catseye.drawing.notebook import to_html

        return to_html(self.view())

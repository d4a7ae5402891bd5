"""Pages that need nothing but themselves: one Jinja environment for all, everything escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from catseye.drawing.graphemes import isolate
from catseye.drawing.mark import write_marked
from catseye.drawing.numbers import percent, thousands

if TYPE_CHECKING:
    from pathlib import Path

_SHARED = "catseye.drawing"  # has the style sheet that every page includes


def write_page(path: Path, room: str, template: str, **values: Any) -> None:
    """Write a page to ``path``, completely or not at all; see :func:`render` for the rest.

    Raises
    ------
    CatseyeError
        The file cannot be written.
    """
    page = render(room, template, **values)
    write_marked(path, page.encode(errors="replace"))  # a file's name may not be valid text


def render(room: str, template: str, **values: Any) -> str:
    """Return a page, or a fragment of one.

    Parameters
    ----------
    room
        The package whose ``templates`` folder holds the template, e.g. ``"catseye.runs"``.
    template
        File name of the template.
    values
        Values for the template; text in them is escaped.
    """
    loader = ChoiceLoader([PackageLoader(room), PackageLoader(_SHARED)])
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    environment.filters |= {"percent": _unbroken_percent, "number": thousands, "bdi": _isolate}
    page: str = environment.get_template(template).render(values)
    return page


def _unbroken_percent(share: float | None, digits: int = 1) -> str:
    """Return a share in per cent whose sign stays on the number's line."""
    return percent(share, digits).replace(" ", "\N{NO-BREAK SPACE}")


def _isolate(text: str) -> Markup:
    """Return a text whose right-to-left names keep their place among what is written from left to right."""
    return Markup(isolate(str(escape(text)), "<bdi>", "</bdi>"))

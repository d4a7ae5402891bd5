"""The guided tour as one page that needs nothing but itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import Environment, PackageLoader, StrictUndefined

from catseye.system.files import write_atomically

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Stop:
    """One stop of the tour.

    Attributes
    ----------
    title : str
    words : tuple of str
        Paragraphs: what is seen, and what it means.
    drawings : tuple of str
        SVG, in the page's colours.
    command : str
        That makes the same.
    more : str
        A page beside this one that tells more, or nothing.
    """

    title: str
    words: tuple[str, ...]
    drawings: tuple[str, ...]
    command: str
    more: str = ""


def write_tour(path: Path, stops: Sequence[Stop], seconds: float) -> None:
    """Write the page."""
    environment = Environment(loader=PackageLoader("catseye.reports"), autoescape=True, undefined=StrictUndefined)
    page = environment.get_template("tour.html.j2").render(stops=stops, seconds=seconds)
    write_atomically(path, page.encode(errors="replace"))  # a path may be no text

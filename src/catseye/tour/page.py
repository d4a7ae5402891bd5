"""The guided tour as one page that needs nothing but itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.drawing.page import write_page

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
        Shell command that makes the same.
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
    write_page(path, "catseye.tour", "tour.html.j2", stops=stops, seconds=seconds)

"""The pictures to label next, as a self-contained page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.classifier.shown import read_shown
from catseye.drawing.page import render, write_page
from catseye.drawing.thumbnails import thumbnail

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.active_learning.suggestions import Suggestion, Suggestions

_ROOM = "catseye.active_learning"
_BARS = 3  # classes under a thumbnail
_IN_NOTEBOOK = 40  # pictures


@dataclass(frozen=True)
class _Card:
    """A picture as it is shown."""

    number: int
    place: str
    image: str
    pixelated: bool
    top: list[tuple[str, float]]
    reasons: tuple[str, ...]


def write_suggestions_page(path: Path, suggestions: Suggestions) -> None:
    """Write the pictures, their predicted classes and why they were chosen to ``path``, completely or not at all."""
    cards = _cards(suggestions, suggestions.pictures)
    write_page(path, _ROOM, "label_next.html.j2", suggestions=suggestions, cards=cards)


def render_suggestions(suggestions: Suggestions, title: str) -> str:
    """Return the same as an HTML fragment for a notebook, with the first 40 pictures."""
    shown = suggestions.pictures[:_IN_NOTEBOOK]
    hidden = len(suggestions.pictures) - len(shown)
    return render(_ROOM, "suggestions.html.j2", title=title, cards=_cards(suggestions, shown), hidden=hidden)


def _cards(suggestions: Suggestions, chosen: tuple[Suggestion, ...]) -> list[_Card]:
    return [_card(suggestions, number, one) for number, one in enumerate(chosen, 1)]


def _card(suggestions: Suggestions, number: int, one: Suggestion) -> _Card:
    pixels = read_shown(one.path)
    image, pixelated = ("", False) if pixels is None else thumbnail(pixels)
    place = one.path.relative_to(suggestions.folder).as_posix()
    return _Card(number, place, image, pixelated, one.prediction.top(_BARS), one.reasons)

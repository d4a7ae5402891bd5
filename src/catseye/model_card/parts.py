"""The parts of a card: sections of sentences, lists, tables and code snippets, all plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.drawing.parts import Table


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """A code snippet.

    Attributes
    ----------
    about : str
        What it is for, in a few words.
    language : str
        Markdown's name for it, such as ``"sh"``.
    lines : tuple of str
    """

    about: str
    language: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A heading and the parts below it."""

    title: str
    parts: tuple[str | Bullets | Code | Table, ...]

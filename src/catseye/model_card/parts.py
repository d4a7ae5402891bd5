"""What a card consists of: sections of sentences, lists, tables and lines to copy. All of it is plain text."""

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
    """Lines to copy.

    Attributes
    ----------
    about : str
        What they are for, in a few words.
    language : str
        As Markdown names it, such as ``"sh"``.
    lines : tuple of str
    """

    about: str
    language: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it."""

    title: str
    parts: tuple[str | Bullets | Code | Table, ...]

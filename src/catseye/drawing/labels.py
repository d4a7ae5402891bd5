"""Names and sentences that fit into a figure: wrapped, then set smaller, and only then shortened."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from matplotlib.ft2font import LoadFlags

from catseye.drawing.fonts import find_font
from catseye.drawing.graphemes import letters

if TYPE_CHECKING:
    from collections.abc import Callable

_POINTS = 72  # an inch
_UNITS = 100  # points at which a text is measured
_HINTED = 1.09  # letters are set on whole pixels, which makes small type up to so much wider
_STEP = 0.5  # points by which the type gets smaller
_BREAK_AFTER = " -_/."


@dataclass(frozen=True)
class Label:
    """A text as it fits: lines joined by newlines, and the size of its type in points."""

    text: str
    size: float


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width in inches of a line of text in type of ``size`` points."""
    words = text.split(" ")  # which do not change one another's shape
    return (sum(_share(word, bold) for word in words) + (len(words) - 1) * _share(" ", bold)) * size / _POINTS


def fit_text(
    text: str, width: float, size: float, *, lines: int = 1, smallest: float | None = None, bold: bool = False
) -> Label:
    """Return a name so that it fits into ``width`` inches: whole if there is room, its middle left out if not.

    Smaller type is better than a broken word, and a broken word is better than one that is left out.

    Parameters
    ----------
    text
    width
        Room for a line, in inches.
    size
        Points of the type.
    lines
        Number of lines that there is room for.
    smallest
        Points down to which the type may be made smaller before anything is left out; by default ``size``.
    bold
    """
    text = " ".join(text.split()) or text
    sizes = [size]
    while sizes[-1] - _STEP >= (smallest or size):
        sizes.append(sizes[-1] - _STEP)
    wrapped = {points: wrap_text(text, width, points, bold=bold) for points in sizes}
    fitting = [points for points in sizes if len(wrapped[points]) <= lines]
    if fitting:
        points = next((points for points in fitting if not _breaks(text, width, points, bold)), fitting[0])
        return Label("\n".join(wrapped[points]), points)
    points = sizes[-1]

    def fits(shorter: str) -> bool:
        return len(wrap_text(shorter, width, points, bold=bold)) <= lines

    return Label("\n".join(wrap_text(_longest(text, _middle_left_out, fits), width, points, bold=bold)), points)


def cut_text(text: str, width: float, size: float, *, tail: bool = False, bold: bool = False) -> str:
    """Return one line of at most ``width`` inches: of a long text the ends or, with ``tail``, only the end is kept."""
    text = " ".join(text.split()) or text

    def fits(shorter: str) -> bool:
        return text_width(shorter, size, bold=bold) <= width

    return text if fits(text) else _longest(text, _beginning_left_out if tail else _middle_left_out, fits)


def wrap_text(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Return the lines of a text, none wider than ``width`` inches: broken between words, a long word within."""
    lines: list[str] = []
    line = ""
    for word in _words(text):
        if text_width((line + word).rstrip(), size, bold=bold) <= width:
            line += word
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = ""
        for letter in letters(word):
            if line and text_width(line + letter, size, bold=bold) > width:
                lines.append(line)
                line = ""
            line += letter
    return [*lines, line.rstrip()]


def _breaks(text: str, width: float, size: float, bold: bool) -> bool:
    """Say whether a word of a text is wider than ``width`` inches, so that it is broken."""
    return any(text_width(word.rstrip(), size, bold=bold) > width for word in _words(text))


def _words(text: str) -> list[str]:
    """Return the parts of a text between which a line may end: not within 98.6, nor before a sign of per cent."""
    words: list[str] = []
    word = ""
    parts = letters(text)
    for at, letter in enumerate(parts):
        word += letter
        following = "".join(parts[at + 1 : at + 2])
        if following != "%" if letter == " " else letter in _BREAK_AFTER and not following.isdigit():
            words.append(word)
            word = ""
    return [*words, word]


def _longest(text: str, shortened: Callable[[list[str], int], str], fits: Callable[[str], bool]) -> str:
    """Return the longest shortened text that fits; at least one letter of it."""
    parts = letters(text)
    low, high = 1, len(parts) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(shortened(parts, middle)) else (low, middle - 1)
    return shortened(parts, max(low, 1))


def _middle_left_out(parts: list[str], kept: int) -> str:
    """Return ``kept`` letters of a text: names often differ at their beginning or at their end."""
    end = kept // 2
    first, last = "".join(parts[: kept - end]), "".join(parts[len(parts) - end :])
    return f"{first.rstrip()}…{last.lstrip()}"


def _beginning_left_out(parts: list[str], kept: int) -> str:
    return f"…{''.join(parts[len(parts) - kept :])}"


@lru_cache(maxsize=8192)
def _share(word: str, bold: bool) -> float:
    """Return the width of a word, laid out as matplotlib does, as a share of the type's size.

    A word is not as wide as the sum of its letters: those of Bengali melt into conjuncts, those of Arabic join.
    """
    font = find_font(word, bold=bold)
    font.set_size(_UNITS, _POINTS)
    font.set_text(word, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64 / _UNITS * _HINTED

"""Fonts for names in any script: those installed on the machine are searched for the letters that are needed."""

from __future__ import annotations

import logging
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from matplotlib.font_manager import FontProperties, findfont, findSystemFonts, fontManager, get_font
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matplotlib.figure import Figure

log = logging.getLogger("catseye")

_BOX = "□"  # stands for a letter that no installed font has
_INVISIBLE = ("Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp")  # categories of what no font needs a mark for
# A font in the manner of matplotlib's own is preferred to one that has as many of the letters.
_LIKED, _DISLIKED = ("sans", "regular", "book"), ("mono", "serif", "nastaliq", "ui", "condensed", "display", "kufi")


def use_fonts(figure: Figure) -> None:
    """Let a figure's texts use further installed fonts for letters that matplotlib's own font lacks."""
    texts = _texts(figure)
    families = find_families("".join(text.get_text() for text in texts))
    if families:
        for text in texts:
            text.set_fontfamily([*text.get_fontfamily(), *families])


def replace_missing(figure: Figure) -> None:
    """Put a box in place of each letter that no installed font has, and say so once in the log.

    An SVG does not need this: it is drawn by a browser, with its fonts.
    """
    missing: set[str] = set()
    for text in _texts(figure):
        lost = {letter for letter in text.get_text() if _is_lost(letter)}
        if lost:
            text.set_text("".join(_replacement(letter) if letter in lost else letter for letter in text.get_text()))
            missing |= lost
    if missing:
        _tell_missing(frozenset(_script(letter) for letter in missing))


def find_families(text: str) -> tuple[str, ...]:
    """Return the families of as few installed fonts as have the letters of ``text`` that matplotlib's font lacks."""
    return _families(frozenset(letter for letter in set(text) if _needs_font(letter)))


@lru_cache(maxsize=8192)
def font_of(letter: str, *, bold: bool = False) -> FT2Font | None:
    """Return the font that draws a letter; ``None`` if none of those installed has it."""
    own = get_font(findfont(FontProperties(weight="bold" if bold else "normal")))
    if own.get_char_index(ord(letter)):
        return own
    families = find_families(letter)
    return get_font(findfont(FontProperties(family=families[0]))) if families else None


def _texts(figure: Figure) -> list[Text]:
    return [text for text in figure.findobj(Text) if isinstance(text, Text) and text.get_text()]


def _needs_font(letter: str) -> bool:
    return unicodedata.category(letter) not in _INVISIBLE[:2] and not letter.isspace() and ord(letter) not in _own()


def _is_lost(letter: str) -> bool:
    return _needs_font(letter) and not find_families(letter)


def _replacement(letter: str) -> str:
    return "" if unicodedata.category(letter) in _INVISIBLE else _BOX


@cache
def _own() -> frozenset[int]:
    return frozenset(get_font(findfont(FontProperties())).get_charmap())


@lru_cache(maxsize=8192)
def _families(letters: frozenset[str]) -> tuple[str, ...]:
    chosen: list[str] = []
    wanted = {ord(letter) for letter in letters}
    while wanted:
        path = max(_installed(), key=lambda path: (len(wanted & _installed()[path][1]), _liking(path)), default=None)
        if path is None or not wanted & _installed()[path][1]:
            break
        family, covered = _installed()[path]
        _make_known(family)
        chosen.append(family)
        wanted -= covered
    return tuple(chosen)


@cache
def _installed() -> dict[str, tuple[str, frozenset[int]]]:
    """Return family and letters of each font file on the machine."""
    fonts = {}
    for path in sorted(findSystemFonts()):
        try:
            font = FT2Font(path)
            fonts[path] = font.family_name, frozenset(font.get_charmap())
        except (OSError, RuntimeError, UnicodeError):  # not a font, or one that FreeType cannot read
            continue
    return fonts


def _make_known(family: str) -> None:
    """Add a family to matplotlib's list, which may be older than the font: its members differ in weight."""
    known = {entry.fname for entry in fontManager.ttflist}
    for path, (name, _) in _installed().items():
        if name == family and path not in known:
            fontManager.addfont(path)


def _liking(path: str) -> tuple[int, str]:
    name = path.rpartition("/")[2].lower()
    liked = sum(word in name for word in _LIKED) - sum(word in name for word in _DISLIKED)
    return liked, name


def _script(letter: str) -> str:
    """Return the first word of a letter's name, which is its script: BENGALI, ARABIC, CJK."""
    word = unicodedata.name(letter, "unnamed letter").split()[0]
    return word if len(word) <= 3 else word.capitalize()


@cache  # once for the same scripts
def _tell_missing(scripts: Iterable[str]) -> None:
    listed = ", ".join(sorted(scripts))
    log.warning(
        "no installed font has all letters of these names (%s), so they are boxes in the figure; install a font, or "
        "write an .svg or .html file, which a browser draws with its own fonts.",
        listed,
        extra={"note": True},
    )

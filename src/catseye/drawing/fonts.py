"""Fonts for names in any script: those installed on the machine are searched for the letters that are needed."""

from __future__ import annotations

import logging
import re
import unicodedata
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from matplotlib.axis import Axis
from matplotlib.font_manager import FontProperties, findfont, findSystemFonts, fontManager, get_font
from matplotlib.ft2font import FaceFlags, FT2Font
from matplotlib.text import Text
from matplotlib.ticker import NullFormatter, PercentFormatter, ScalarFormatter

from catseye.drawing.graphemes import isolate

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from matplotlib.figure import Figure

log = logging.getLogger("catseye")

BOXES = "Last Resort High-Efficiency"  # matplotlib's font of boxes, which has one for every letter
_OWN = "DejaVu Sans"  # comes with matplotlib
# Words in the name of a family: of those that have the same letters, one in the manner of matplotlib's own is chosen.
_LIKED = {"sans", "noto"}
_DISLIKED = {"mono", "serif", "nastaliq", "kufi", "ui", "condensed", "display", "looped", "rashi", "unjoined"}
_WRITE_NUMBERS = (NullFormatter, PercentFormatter, ScalarFormatter)
_NAMED_OTHERWISE = {
    "CJK": "Chinese characters",
    "HIRAGANA": "Japanese",
    "KATAKANA": "Japanese",
    "HANGUL": "Korean",
}


def use_fonts(figure: Figure, *, tell: bool = True) -> None:
    """Let a figure's texts use further installed fonts for letters that matplotlib's own font lacks.

    A letter that no installed font has becomes a box. Parts that are written from right to left keep their place.

    Parameters
    ----------
    figure
    tell
        Say in the log if there are boxes. An SVG does not need it: a browser draws it with its own fonts.
    """
    texts = [text for text in _texts(figure) if not text.get_text().isascii()]
    needed = {text: _foreign(text.get_text()) for text in texts}
    everything = frozenset[str]().union(*needed.values())
    families = _families(everything)
    for text in texts:
        text.set_text(isolate(text.get_text()))
        if needed[text]:
            text.set_fontfamily(list(dict.fromkeys([*text.get_fontfamily(), *families, BOXES])))
    lost = _lost(everything, families) if tell else ()
    if lost:
        _tell_boxes(frozenset(map(_script, lost)))


def find_families(text: str) -> tuple[str, ...]:
    """Return the families of as few installed fonts as have the letters of ``text`` that matplotlib's font lacks."""
    return _families(_foreign(text))


def has_letters(text: str) -> bool:
    """Say whether the installed fonts have all letters of ``text``, so that no figure shows boxes in their place."""
    letters = _foreign(text)
    return not _lost(letters, _installed())


def find_font(text: str, *, bold: bool = False) -> FT2Font:
    """Return what draws a text: matplotlib's font and behind it those that have its other letters, then boxes."""
    families = (_OWN, *find_families(text), BOXES) if _foreign(text) else (_OWN,)
    return get_font(_files(families, bold))


@lru_cache(maxsize=256)
def _files(families: tuple[str, ...], bold: bool) -> list[Any]:
    weight = "bold" if bold else "normal"
    return [findfont(FontProperties(family=family, weight=weight)) for family in families]


def _texts(figure: Figure) -> Iterator[Text]:
    """Yield all texts of a figure that say something; the names at an axis are written only when they are asked for."""
    for axis in figure.findobj(Axis):
        if isinstance(axis, Axis) and not isinstance(axis.get_major_formatter(), _WRITE_NUMBERS):
            axis.get_ticklabels()
    for text in figure.findobj(Text):
        if isinstance(text, Text) and text.get_text():
            yield text


def _foreign(text: str) -> frozenset[str]:
    """Return the letters of a text for which matplotlib's own font does not suffice."""
    if text.isascii():
        return frozenset()
    return frozenset(letter for letter in text if ord(letter) not in _own() and not _is_invisible(letter))


def _is_invisible(letter: str) -> bool:
    return letter.isspace() or unicodedata.category(letter) in ("Cc", "Cf")


@cache
def _own() -> frozenset[int]:
    """Return the letters of matplotlib's own font, those that it has also in bold."""
    regular, bold = (get_font(findfont(FontProperties(family=_OWN, weight=weight))) for weight in ("normal", "bold"))
    return frozenset(regular.get_charmap()) & frozenset(bold.get_charmap())


@lru_cache(maxsize=8192)
def _families(letters: frozenset[str]) -> tuple[str, ...]:
    chosen: list[str] = []
    region = _region(letters)
    for group in _by_script(letters):
        wanted = _lost(group, chosen)
        while wanted:
            best = max(_installed(), key=lambda family: (_count(family, wanted), _liking(family, region)), default=None)
            if best is None or not _count(best, wanted):
                break
            chosen.append(best)
            wanted = _lost(wanted, [best])
    for family in [*chosen, *([BOXES] if letters else [])]:
        _list_weights(family)
    return tuple(chosen)


def _list_weights(family: str) -> None:
    """Let a family stand for bold too where it is not: matplotlib would warn of each text."""
    entries = [entry for entry in fontManager.ttflist if entry.name == family]
    known = {str(entry.weight) for entry in entries}
    for weight in {"400", "700"} - known:
        fontManager.ttflist.append(replace(entries[0], weight=int(weight)))


def _by_script(letters: Iterable[str]) -> list[frozenset[str]]:
    """Return letters script by script, the most first: a sign that scripts share comes from a font already chosen."""
    groups: dict[str, set[str]] = {}
    for letter in letters:
        groups.setdefault(_script(letter), set()).add(letter)
    return sorted(map(frozenset, groups.values()), key=lambda group: (-len(group), min(group)))


def _lost(letters: Iterable[str], families: Collection[str]) -> frozenset[str]:
    """Return the letters that none of the families has."""
    return frozenset(letter for letter in letters if not any(ord(letter) in _installed()[name] for name in families))


def _count(family: str, letters: Iterable[str]) -> int:
    return sum(ord(letter) in _installed()[family] for letter in letters)


def _region(letters: Iterable[str]) -> str:
    """Return whose forms the characters that China, Japan and Korea share should have."""
    scripts = set(map(_script, letters))
    return "jp" if "Japanese" in scripts else "kr" if "Korean" in scripts else "sc"


def _liking(family: str, region: str) -> tuple[int, str]:
    words = set(re.split(r"[\s-]+", family.lower()))
    return len(words & (_LIKED | {region})) - 2 * len(words & _DISLIKED), family


@cache
def _installed() -> dict[str, frozenset[int]]:
    """Return the letters of each family of fonts on the machine; matplotlib's list of them may be older than a font."""
    listed = {entry.fname for entry in fontManager.ttflist}
    letters = {}
    for path in sorted(findSystemFonts()):
        try:
            if path not in listed:
                fontManager.addfont(path)
            font = FT2Font(path)
        except (OSError, RuntimeError, UnicodeError):  # not a font, or one that FreeType cannot read
            continue
        if font.scalable and FaceFlags.COLOR not in font.face_flags:  # matplotlib draws outlines of one colour
            letters[path] = frozenset(font.get_charmap())
    families: dict[str, frozenset[int]] = {}
    for (
        entry
    ) in fontManager.ttflist:  # the faces of a collection share their letters; a family has those of its fullest
        if len(letters.get(entry.fname, ())) > len(families.get(entry.name, ())):
            families[entry.name] = letters[entry.fname]
    return families


def _script(letter: str) -> str:
    """Return what the script of a letter is called, by the first word of the letter's name: BENGALI, ARABIC, CJK."""
    if unicodedata.category(letter).startswith("S"):
        return "symbols"
    word = unicodedata.name(letter, "UNNAMED").split()[0]
    return _NAMED_OTHERWISE.get(word, word.capitalize())


@cache  # once for the same scripts
def _tell_boxes(scripts: Iterable[str]) -> None:
    listed = ", ".join(sorted(scripts))
    log.warning(
        "no installed font has all letters of these names (%s), so some are boxes in the figure; install a font, or "
        "write an .svg or .html file, which a browser draws with its own fonts.",
        listed,
        extra={"note": True},
    )

"""Letters as readers count them: a base with its marks, a conjunct, an emoji of several parts are one letter each."""

from __future__ import annotations

from functools import cache
from typing import Any

# Unicode's signs that join the consonants before and after them into one shape (Indic_Conjunct_Break=Linker); the
# rule GB9c, which forbids a break after them, is not part of \X.
_JOINERS = (
    "\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1a60\u1b44\u1bab\ua9c0\uaaf6"
    "\U00010a3f\U00011133\U000113d0\U0001193e\U00011a47\U00011a99\U00011f42"
)
# Parts of a line that are written from right to left; a space belongs to them only between two of their words.
_LEFTWARDS = r"[\p{bc=R}\p{bc=AL}]"
_RUN = rf"{_LEFTWARDS}(?:[^\n\p{{bc=L}}\p{{bc=EN}}\u2066-\u2069→←/\\:,;%()=]*(?:{_LEFTWARDS}|\p{{Mn}}))*"
_ISOLATE, _END = "\u2068", "\u2069"  # invisible
_LONGEST = 120  # bytes; a file's name has at most 255


def letters(text: str) -> list[str]:
    """Return the letters of a text (Unicode's extended grapheme clusters), which must not be cut.

    >>> letters("ক্ষমা 🇧🇩")
    ['ক্ষ', 'মা', ' ', '🇧🇩']
    """
    if text.isascii():
        return list(text)
    found: list[str] = []
    for cluster in _pattern(r"\X").findall(text):
        if found and found[-1].rstrip("\u200d").endswith(tuple(_JOINERS)) and cluster[0].isalpha():
            found[-1] += cluster
        else:
            found.append(cluster)
    return found


def shorten(text: str, count: int) -> str:
    """Return at most ``count`` letters of a text, its middle left out: names often differ at either end.

    >>> shorten("sunflower (dried)", 6)
    'sun…d)'
    """
    parts = letters(text)
    if len(parts) <= count:
        return text
    end = (count - 1) // 2
    return f"{''.join(parts[: count - 1 - end])}…{''.join(parts[len(parts) - end :])}"


def isolate(text: str, begin: str = _ISOLATE, end: str = _END) -> str:
    """Return a text whose right-to-left words keep their place in left-to-right text.

    Without this ``"قطة → كلب"`` is set as a line of Arabic, from right to left, and its arrow points the wrong way.

    Parameters
    ----------
    text
    begin
    end
        What encloses such words: by default Unicode's invisible signs. What is enclosed already stays as it is.
    """
    if text.isascii() or begin in text or not _pattern(_LEFTWARDS).search(text):
        return text
    isolated: str = _pattern(_RUN).sub(lambda run: f"{begin}{run[0]}{end}", text)
    return isolated


def file_word(text: str) -> str:
    """Return a name as a part of a file's name: its letters and digits, at most 120 bytes of them, else hyphens.

    >>> file_word("রয়েল বেঙ্গল: T-shirt/top")
    'রয়েল-বেঙ্গল-T-shirt-top'
    """
    word = ""
    for letter in letters(_pattern(r"[^\w.]+").sub("-", text).strip("-")):
        if len((word + letter).encode(errors="replace")) > _LONGEST:
            break
        word += letter
    return word


@cache
def _pattern(pattern: str) -> Any:
    import regex

    return regex.compile(pattern)

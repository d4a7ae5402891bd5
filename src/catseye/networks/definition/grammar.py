"""The text of a network, read: ``conv 32, pool, 2 × [conv 64 same, batch norm] + input, flatten, dense 10``."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from catseye.errors import UsageError
from catseye.networks.definition.chain import Beside, Bracket, Chain, Repeated, Residual
from catseye.networks.definition.habits import translate
from catseye.networks.definition.layer_words import read_layer

if TYPE_CHECKING:
    from catseye.networks.definition.chain import Part

LONGEST_TEXT = 20_000
_DEEPEST, _MOST_TIMES, _MOST_LAYERS = 16, 1_000, 2_000
_LONGEST_TRANSLATION, _SHOWN = 400, 60  # letters in an error
_TIMES = re.compile(r"(\d+)\s*[x×*]\s*(?=\D)")
_INPUT = "input"


def read_network(text: str) -> Chain:
    """Return the layers of a text.

    Layers are separated by commas or line breaks; from ``#`` to the end of a line is a comment.

    Raises
    ------
    UsageError
        It is not a network; the message names the layer and says what to write instead.
    """
    if len(text) > LONGEST_TEXT:
        raise UsageError(f"the text of a network has at most {LONGEST_TEXT:,} characters; got {len(text):,}.")
    try:
        return _read(_plain(text))
    except UsageError as error:
        raise _with_translation(text, error) from None


def _read(text: str) -> Chain:
    reader = _Reader(text)
    try:
        chain = reader.chain(0)
    except UsageError as error:
        raise UsageError(f"layer {'.'.join(map(str, reader.place))}: {error}") from None
    if reader.rest():
        behind = reader.rest()[1:21].strip()
        where = f"before “{behind}”" if behind else "at the end"
        raise UsageError(f"the network's text has a {reader.rest()[0]} too many, {where}.")
    if not chain.parts:
        raise UsageError('a network has at least one layer, e.g. "conv 32, pool, flatten, dense 10".')
    if count_layers(chain) > _MOST_LAYERS:
        raise UsageError(f"a network has at most {_MOST_LAYERS:,} layers; this one would have {count_layers(chain):,}.")
    return chain


def _with_translation(text: str, error: UsageError) -> UsageError:
    """Return the error or, where the text is written as elsewhere, one that says how it is written here."""
    found = translate(text)
    if not found or len(found[1]) > _LONGEST_TRANSLATION:
        return error
    part, whole = found
    try:
        _read(_plain(whole))
    except UsageError as other:
        is_call = 0 < text.count("(") == text.count(")")
        return other if is_call else error  # in the words of here, a call is one layer
    return UsageError(f'“{part[:_SHOWN]}” is written differently here; write "{whole}".')


def count_layers(part: Part | Chain) -> int:
    """Return how many layers there are with all repetitions."""
    if isinstance(part, Repeated):
        return part.times * count_layers(part.part)
    if isinstance(part, Bracket):
        return count_layers(part.chain)
    if isinstance(part, Residual):
        return count_layers(part.path) + count_layers(part.shortcut)
    if isinstance(part, Beside):
        return sum(map(count_layers, part.paths))
    return sum(map(count_layers, part.parts)) if isinstance(part, Chain) else 1


def _plain(text: str) -> str:
    """Return the text in one line and in small letters, without comments."""
    # Letters that look like signs, as a Chinese comma does, are those signs.
    lines = unicodedata.normalize("NFKC", text.lower()).splitlines()
    lines = [line.split("#")[0].strip().rstrip(",") for line in lines]
    joined = ", ".join(line for line in lines if line)
    return re.sub(r"(?<=[\[|+])\s*,|,\s*(?=[\]|+])", " ", joined)  # a bracket may stand on a line of its own


class _Reader:
    """Reads a text from left to right."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self.place: list[int] = []  # number of the layer being read, from 1; behind it that within its brackets

    def rest(self) -> str:
        """Return what is not read yet."""
        return self._text[self._at :].strip()

    def chain(self, depth: int) -> Chain:
        """Read layers up to the end, or to a bracket or bar that is not theirs."""
        if depth > _DEEPEST:
            raise UsageError(f"brackets and repetitions stand at most {_DEEPEST} deep in each other.")
        parts: list[Part] = []
        self.place.append(0)
        while self.rest() and self.rest()[0] not in "]|":
            self.place[-1] += 1
            parts.append(self._part(depth))
            if not self._took(","):
                break
        rest = self.rest()
        if rest and rest[0] not in "]|":
            if rest[0] == "+":
                raise UsageError(f"what is added to stands in brackets: write e.g. [conv 64 same] {rest[:20]}.")
            raise UsageError(f"layers are separated by commas: write one before “{rest[:20]}”.")
        self.place.pop()
        return Chain(tuple(parts))

    def _part(self, depth: int) -> Part:
        if depth > _DEEPEST:
            raise UsageError(f"brackets and repetitions stand at most {_DEEPEST} deep in each other.")
        times = _TIMES.match(self.rest())
        if times:
            self._at += self._text[self._at :].index(times[0]) + len(times[0])
            count = int(times[1][:9])
            if not 1 <= count <= _MOST_TIMES:
                raise UsageError(f"layers are repeated 1 to {_MOST_TIMES:,} times; got {times[1]} ×.")
            return Repeated(count, self._part(depth + 1))
        return self._bracket(depth) if self._took("[") else read_layer(self._words())

    def _bracket(self, depth: int) -> Part:
        paths = [self._path(depth)]
        while self._took("|"):
            paths.append(self._path(depth))
        if not self._took("]"):
            raise UsageError(f"a bracket is never closed: write ] behind “{str(paths[-1])[-20:]}”.")
        inside = Bracket(paths[0]) if len(paths) == 1 else Beside(tuple(paths))
        if not self._took("+"):
            if inside == Bracket(Chain()):
                raise UsageError("brackets hold at least one layer.")
            return inside
        path = paths[0] if len(paths) == 1 else Chain((inside,))
        if not path.parts:
            raise UsageError("brackets hold at least one layer.")
        return Residual(path, self._shortcut(depth))

    def _path(self, depth: int) -> Chain:
        """Read a path in brackets; ``input`` alone is the one that changes nothing."""
        if re.match(rf"{_INPUT}\s*[\]|]", self.rest()):
            self._words()
            return Chain()
        is_behind = self._text[: self._at].rstrip().endswith("|")
        chain = self.chain(depth + 1)
        if not chain.parts and (is_behind or self.rest().startswith("|")):
            raise UsageError(
                "a path before or behind | holds at least one layer; for the input unchanged, write input."
            )
        return chain

    def _shortcut(self, depth: int) -> Chain:
        if self._took("["):
            shortcut = self._bracket(depth)
            return shortcut.chain if isinstance(shortcut, Bracket) else Chain((shortcut,))
        words = self._words()
        if words != _INPUT:
            raise UsageError(f"behind + stands input, or layers in brackets; got “{words}”.")
        return Chain()

    def _words(self) -> str:
        """Read up to the next sign that separates layers."""
        # Those within round brackets, as of calls in Python, separate none.
        found = re.match(r"(?:\([^()]*(?:\([^()]*\)[^()]*)*\)|[^\[\]|,+])*", self._text[self._at :])
        words = found[0] if found else ""
        self._at += len(words)
        return " ".join(words.split())

    def _took(self, sign: str) -> bool:
        if not self.rest().startswith(sign):
            return False
        self._at = self._text.index(sign, self._at) + 1
        return True

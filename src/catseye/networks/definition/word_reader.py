"""The words of one layer of a text, taken one by one."""

from __future__ import annotations

import math
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from catseye.errors import UsageError
from catseye.networks.definition.activation import ACTIVATIONS, LINEAR, is_sloped, leaky_relu

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from catseye.networks.windows import Pair

_LARGEST = 100_000  # filters, units; windows and strides are bounded by what reaches them
_LARGEST_SIDE = 1_000
_LONGEST_SHOWN = 60  # letters of a text in an error
_SIZE = re.compile(r"(\d{1,9})[x×](\d{1,9})")
_EXAMPLES = {
    "conv": "conv 32, conv 64 5x5 same stride 2",
    "pool": "pool, pool average 3x3 stride 1, pool global",
    "dense": "dense 128",
    "batch": "batch norm",
    "layer": "layer norm",
    "dropout": "dropout .3",
    "flatten": "flatten",
    "upsample": "upsample, upsample 4 bilinear",
}


def shorten(text: str) -> str:
    """Return the beginning of what somebody wrote, for an error."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


class Words:
    """The words of a layer, taken one by one."""

    def __init__(self, text: str, first: int = 1) -> None:
        self.text = text
        self._words = text.split()
        self.kind = self._words[0]
        del self._words[:first]

    def took(self, *words: str) -> bool:
        """Take these words if they come next, and say whether they did."""
        if tuple(self._words[: len(words)]) != words:
            return False
        del self._words[: len(words)]
        return True

    def count(self, what: str, largest: int = _LARGEST, least: int = 1) -> int:
        """Take a whole number in this range."""
        word = self._words.pop(0) if self._words else ""
        if not word.isdecimal() or not least <= int(word[:12]) <= largest:
            raise self.problem(f"{what} is a whole number from {least} to {largest:,}; {self._received(word)}")
        return int(word)

    def number(self, what: str, least: float, below: float) -> float:
        """Take a number in this range; with a % sign, a hundredth of it."""
        word = self._words.pop(0) if self._words else ""
        try:
            value = float(word.rstrip("%")) / (100 if word.endswith("%") else 1)
        except ValueError:
            value = math.nan
        if not least <= value < below:
            raise self.problem(f"{what} is a number from {least:g} to below {below:g}; {self._received(word)}")
        return value

    def _received(self, word: str) -> str:
        """Return what stands in place of a number or, where the layer ends, what to write."""
        if word:
            return f"got {shorten(word)}"
        example = _EXAMPLES.get(self.kind, "").partition(",")[0]
        complete = example if example.partition(" ")[2] and self.text == self.kind else f"{shorten(self.text)} 2"
        return f"it is missing: write e.g. {complete}"

    def starts_with_number(self) -> bool:
        """Say whether a whole number comes next."""
        return bool(self._words) and self._words[0].isdecimal()

    def starts_with_pair(self) -> bool:
        """Say whether two numbers such as ``3x5`` come next, and no number behind them."""
        return (
            bool(self._words)
            and _SIZE.fullmatch(self._words[0]) is not None
            and not any(word.isdecimal() for word in self._words[1:2])
        )

    def sides(self, what: str, least: int = 1) -> Pair:
        """Take one number for both sides, or two: ``3x5``."""
        pair = self.pair(least)
        if pair:
            return pair
        side = self.count(what, _LARGEST_SIDE, least)
        return side, side

    def window(self) -> Pair | None:
        """Take the sides of a window, ``3x5`` or one number for both, if they come next."""
        return self.sides("the side of the window") if self.starts_with_number() else self.pair()

    def pair(self, least: int = 1) -> Pair | None:
        """Take two numbers such as ``3x5``, down and across, if they come next."""
        found = _SIZE.fullmatch(self._words[0]) if self._words else None
        if not found:
            return None
        sides = int(found[1]), int(found[2])
        if not least <= min(sides) <= max(sides) <= _LARGEST_SIDE:
            raise self.problem(f"sides are from {least} to {_LARGEST_SIDE:,}; got {found[0]}")
        del self._words[0]
        return sides

    def activation(self) -> str | None:
        """Take the name of an activation if one comes next; ``linear`` too."""
        for length in (2, 1):
            name = " ".join(self._words[:length])
            if name in ACTIVATIONS or name == LINEAR:
                del self._words[:length]
                return leaky_relu(self.number("the slope", 0, 1)) if is_sloped(name) and self._starts_slope() else name
        return None

    def _starts_slope(self) -> bool:
        return bool(self._words) and re.fullmatch(r"[\d.]+", self._words[0]) is not None

    def options(
        self, readers: dict[str, Callable[[], Any]], activation: str | None = "", *, windowed: bool = False
    ) -> dict[str, Any]:
        """Take all options, each by the reader of its first word; ``activation``: where one may stand, the default.

        Where the layer is ``windowed``, its window may stand first, or as ``3x5`` in any place.
        """
        found: dict[str, Any] = {}
        value: Any
        first = self.window() if windowed else None
        if first:
            found["window"] = first
        while self._words:
            window = self.pair() if windowed else None
            name = self.activation() if activation != "" else None
            if window:
                field, value = "window", window
            elif name:
                field, value = "activation", None if name == LINEAR else name
            elif self._words[0] in readers:
                field, value = readers[self._words.pop(0)]()
            elif activation != "" and self._words[0] == "softmax":
                raise self.problem("Catseye applies softmax itself; leave the word out")
            else:
                raise self._unknown([*readers, *(ACTIVATIONS if activation != "" else ())])
            if field in found:
                raise self.problem(f"{field} is given twice")
            found[field] = value
        if "window" in found:
            found["kernel"] = found.pop("window")
        return found

    def expect_end(self) -> None:
        """Raise `UsageError` if words are left over."""
        if self._words:
            raise self._unknown(())

    def problem(self, what: str) -> UsageError:
        """Return the error about this layer."""
        return UsageError(f"{shorten(self.text)}: {what}.")

    def _unknown(self, known: Iterable[str]) -> UsageError:
        word = self._words[0]
        near = get_close_matches(word, list(known), n=1, cutoff=0.6)
        example = _EXAMPLES.get(self.kind, self.text[: -len(" ".join(self._words))].strip())
        hint = f"did you mean {near[0]}" if near else f"write e.g. {example}"
        mark = "?" if near else "."
        return UsageError(f"{shorten(self.text)}: “{shorten(word)}” cannot stand there; {hint}{mark}")

"""One layer of a text, read from its words."""

from __future__ import annotations

import math
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from catseye.errors import UsageError
from catseye.networks.definition.activation import ACTIVATIONS, LINEAR, SYNONYMS, Activation, is_sloped, leaky_relu
from catseye.networks.definition.convolution_layer import Conv
from catseye.networks.definition.habits import REMEDIES
from catseye.networks.definition.plain_layers import BatchNorm, Dense, Dropout, Flatten, LayerNorm
from catseye.networks.definition.pooling_layer import GlobalPool, Pool, Upsample
from catseye.networks.lessons import NAMED_TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from catseye.networks.definition.chain import Layer
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


def read_layer(text: str) -> Layer:
    """Return the layer that one part of a network's text stands for, such as ``"conv 32 same"``.

    Raises
    ------
    UsageError
        It is none; the message says what to write instead.
    """
    text = " ".join(SYNONYMS.get(word, word) for word in text.split())
    text = text.replace("hard silu", "hard swish")  # one function by two names
    if not text:
        raise UsageError("there is a comma, bar or bracket too many: a layer is missing.")
    alone = _Words(text, 0)
    name = alone.activation()
    if name and name != LINEAR:
        alone.expect_end()
        return Activation(name)
    kind = text.split()[0]
    if kind not in _READERS:
        raise UsageError(f"there is no layer “{shorten(text)}”; {_suggestion(kind.partition('(')[0])}")
    words = _Words(text)
    layer = _READERS[kind](words)
    words.expect_end()
    return layer


def _suggestion(kind: str) -> str:
    if kind == "softmax":
        return "Catseye applies softmax itself: let the last layer be dense with one unit a class, or leave it out."
    if kind in NAMED_TEXTS:
        return f"that is the name of a network, which stands alone. Its layers are: {NAMED_TEXTS[kind]}."
    if kind in REMEDIES:
        return f"{REMEDIES[kind]}."
    near = get_close_matches(kind, [*_READERS, *ACTIVATIONS], n=1, cutoff=0.6)
    if near:
        return f"did you mean {near[0]}?"
    kinds = ", ".join(_READERS).replace("batch", "batch norm").replace("layer", "layer norm")
    return f"layers are {kinds}, activations such as relu, and brackets: [ … ] + input, [ … | … ], 3 × [ … ]."


def shorten(text: str) -> str:
    """Return the beginning of what somebody wrote, for an error."""
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


class _Words:
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

    def count(self, what: str, largest: int = _LARGEST) -> int:
        """Take a whole number from 1."""
        word = self._words.pop(0) if self._words else ""
        if not word.isdecimal() or not 1 <= int(word[:12]) <= largest:
            raise self.problem(f"{what} is a whole number from 1 to {largest:,}; got {shorten(word) or 'nothing'}")
        return int(word)

    def number(self, what: str, least: float, below: float) -> float:
        """Take a number in this range; with a % sign, a hundredth of it."""
        word = self._words.pop(0) if self._words else ""
        try:
            value = float(word.rstrip("%")) / (100 if word.endswith("%") else 1)
        except ValueError:
            value = math.nan
        if not least <= value < below:
            raise self.problem(
                f"{what} is a number from {least:g} to below {below:g}; got {shorten(word) or 'nothing'}"
            )
        return value

    def starts_with_number(self) -> bool:
        """Say whether a whole number comes next."""
        return bool(self._words) and self._words[0].isdecimal()

    def sides(self, what: str) -> Pair:
        """Take one number for both sides, or two: ``3x5``."""
        pair = self.pair()
        if pair:
            return pair
        side = self.count(what, _LARGEST_SIDE)
        return side, side

    def window(self) -> Pair | None:
        """Take the sides of a window, ``3x5`` or one number for both, if they come next."""
        return self.sides("the side of the window") if self.starts_with_number() else self.pair()

    def pair(self) -> Pair | None:
        """Take two numbers such as ``3x5``, down and across, if they come next."""
        found = _SIZE.fullmatch(self._words[0]) if self._words else None
        if not found:
            return None
        sides = int(found[1]), int(found[2])
        if not 1 <= min(sides) <= max(sides) <= _LARGEST_SIDE:
            raise self.problem(f"sides are from 1 to {_LARGEST_SIDE:,}; got {found[0]}")
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

    def options(self, readers: dict[str, Callable[[], Any]], activation: str | None = "") -> dict[str, Any]:
        """Take all options, each by the reader of its first word; ``activation``: where one may stand, the default."""
        found: dict[str, Any] = {}
        while self._words:
            name = self.activation() if activation != "" else None
            if name:
                field, value = "activation", None if name == LINEAR else name
            elif self._words[0] in readers:
                field, value = readers[self._words.pop(0)]()
            elif activation != "" and self._words[0] == "softmax":
                raise self.problem("Catseye applies softmax itself; leave the word out")
            else:
                raise self._unknown([*readers, *(ACTIVATIONS if activation != "" else ())])
            if field in found:
                raise self.problem(f"its {field} is given twice")
            found[field] = value
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


def _conv(words: _Words) -> Conv:
    filters = words.count("the number of filters")
    kernel = words.window() or (3, 3)
    options = words.options(
        {
            "same": lambda: ("padding", "same"),
            "valid": lambda: ("padding", "valid"),
            "padding": lambda: ("padding", words.count("padding", _LARGEST_SIDE)),
            "stride": lambda: ("stride", words.sides("stride")),
            "dilation": lambda: ("dilation", words.sides("dilation")),
            "groups": lambda: ("groups", words.count("the number of groups")),
            "depthwise": lambda: ("groups", None),
            "no": lambda: _no_bias(words),
        },
        "relu",
    )
    return Conv(filters, kernel, **options)


def _pool(words: _Words) -> Pool | GlobalPool:
    if words.took("global"):
        largest = words.took("max")
        words.took("average")
        return GlobalPool(average=not largest)
    average = words.took("average")
    words.took("max")
    kernel = words.window() or (2, 2)
    options = words.options(
        {
            "same": lambda: ("padding", "same"),
            "valid": lambda: ("padding", "valid"),
            "stride": lambda: ("stride", words.sides("stride")),
        }
    )
    return Pool(average, kernel, **({"stride": kernel} | options))


def _dense(words: _Words) -> Dense:
    units = words.count("the number of units")
    return Dense(units, **words.options({"no": lambda: _no_bias(words)}, "relu"))


def _no_bias(words: _Words) -> tuple[str, bool]:
    if not words.took("bias"):
        raise words.problem("after no comes bias")
    return "bias", False


def _batch_norm(words: _Words) -> BatchNorm:
    return BatchNorm(**_norm(words))


def _layer_norm(words: _Words) -> LayerNorm:
    return LayerNorm(**_norm(words))


def _norm(words: _Words) -> dict[str, float]:
    if not words.took("norm"):
        raise words.problem(f"write {words.kind} norm")
    if words.kind == "batch" and words.took("momentum"):
        raise words.problem("its momentum is always 0.1 as PyTorch counts it, 0.9 as Keras does; leave it out")
    return words.options({"epsilon": lambda: ("epsilon", words.number("epsilon", 1e-12, 1))})


def _dropout(words: _Words) -> Dropout:
    return Dropout(words.number("the share of values", 0, 1))


def _flatten(words: _Words) -> Flatten:
    del words
    return Flatten()


def _upsample(words: _Words) -> Upsample:
    factor = words.count("the factor", 64) if words.starts_with_number() else 2
    bilinear = words.took("bilinear")
    if not bilinear:
        words.took("nearest")
    return Upsample(factor, bilinear)


_READERS: dict[str, Callable[[_Words], Layer]] = {
    "conv": _conv,
    "pool": _pool,
    "dense": _dense,
    "batch": _batch_norm,
    "layer": _layer_norm,
    "dropout": _dropout,
    "flatten": _flatten,
    "upsample": _upsample,
}


def is_layer(text: str) -> bool:
    """Say whether a text is one layer."""
    try:
        read_layer(text.lower())
    except UsageError:
        return False
    return True


ONE_WORD_LAYERS = frozenset({"pool", "flatten", "upsample", *ACTIVATIONS})  # a text may be one word

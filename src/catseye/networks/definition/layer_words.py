"""One layer of a text, read from its words."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from catseye.errors import UsageError
from catseye.networks.definition.activation import ACTIVATIONS, LINEAR, SYNONYMS, Activation
from catseye.networks.definition.convolution_layer import Conv
from catseye.networks.definition.habits import REMEDIES, TRANSPOSED
from catseye.networks.definition.plain_layers import BatchNorm, Dense, Dropout, Flatten, LayerNorm
from catseye.networks.definition.pooling_layer import GlobalPool, Pool, Upsample
from catseye.networks.definition.word_reader import Words, shorten
from catseye.networks.lessons import NAMED_TEXTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.networks.definition.chain import Layer
    from catseye.networks.windows import Padding, Pair


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
    alone = Words(text, 0)
    name = alone.activation()
    if name and name != LINEAR:
        alone.expect_end()
        return Activation(name)
    kind = next((word for word in text.split()[:2] if word in TRANSPOSED), text.split()[0])
    if kind not in _READERS:
        raise UsageError(f"there is no layer “{shorten(text)}”; {_suggestion(kind.partition('(')[0])}")
    words = Words(text)
    layer = _READERS[kind](words)
    words.expect_end()
    return layer


def _suggestion(kind: str) -> str:
    if not kind:
        return "layers that belong together stand in square brackets: [conv 8, pool]."
    if kind.replace(".", "").isdigit():
        return "commas separate layers; a pair of numbers is written 2x2."
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


def _conv(words: Words) -> Conv:
    if words.starts_with_pair():
        raise words.problem(f"the number of filters is missing; write e.g. conv 32{words.text.removeprefix('conv')}")
    filters = words.count("the number of filters")
    options = words.options(
        {
            "same": lambda: ("padding", "same"),
            "valid": lambda: ("padding", "valid"),
            "padding": lambda: ("padding", _padding(words.sides("padding", 0))),
            "stride": lambda: ("stride", words.sides("stride")),
            "dilation": lambda: ("dilation", words.sides("dilation")),
            "groups": lambda: ("groups", words.count("the number of groups")),
            "depthwise": lambda: ("groups", None),
            "no": lambda: _no_bias(words),
        },
        "relu",
        windowed=True,
    )
    return Conv(filters, **options)


def _padding(sides: Pair) -> Padding | Pair:
    if sides == (0, 0):
        return "valid"
    return sides[0] if sides[0] == sides[1] else sides


def _pool(words: Words) -> Pool | GlobalPool:
    if words.took("global"):
        largest = words.took("max")
        words.took("average")
        return GlobalPool(average=not largest)
    average = words.took("average")
    kinds: dict[str, Callable[[], Any]] = {}  # which may stand behind the window, too
    if not average and not words.took("max"):
        kinds = {"average": lambda: ("average", True), "max": lambda: ("average", False)}
    options = words.options(
        {
            "same": lambda: ("padding", "same"),
            "valid": lambda: ("padding", "valid"),
            "stride": lambda: ("stride", words.sides("stride")),
            **kinds,
        },
        windowed=True,
    )
    kernel = options.pop("kernel", (2, 2))
    return Pool(kernel=kernel, **({"average": average, "stride": kernel} | options))


def _dense(words: Words) -> Dense:
    units = words.count("the number of units")
    return Dense(units, **words.options({"no": lambda: _no_bias(words)}, "relu"))


def _no_bias(words: Words) -> tuple[str, bool]:
    if not words.took("bias"):
        raise words.problem("after no comes bias")
    return "bias", False


def _batch_norm(words: Words) -> BatchNorm:
    return BatchNorm(**_norm(words))


def _layer_norm(words: Words) -> LayerNorm:
    return LayerNorm(**_norm(words))


def _norm(words: Words) -> dict[str, float]:
    if not words.took("norm"):
        raise words.problem(f"write {words.kind} norm")
    if words.kind == "batch" and words.took("momentum"):
        raise words.problem("its momentum is always 0.1 as PyTorch counts it, 0.9 as Keras does; leave it out")
    return words.options({"epsilon": lambda: ("epsilon", words.number("epsilon", 1e-12, 1))})


def _dropout(words: Words) -> Dropout:
    return Dropout(words.number("the share of values", 0, 1))


def _flatten(words: Words) -> Flatten:
    del words
    return Flatten()


def _upsample(words: Words) -> Upsample:
    factor = words.count("the factor", 64) if words.starts_with_number() else 2
    bilinear = words.took("bilinear")
    if not bilinear:
        words.took("nearest")
    return Upsample(factor, bilinear)


_READERS: dict[str, Callable[[Words], Layer]] = {
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

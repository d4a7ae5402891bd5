"""What people write from habit, from Keras, PyTorch or papers, in the words of a network's text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catseye.networks.definition.activation import ACTIVATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

_SEPARATORS = re.compile(r"->|=>|→|[,;\n\[\]|+]")
_CALL = re.compile(r"([\w.]+)\s*\((.*)\)", re.DOTALL)
_PREFIX = re.compile(r"\b(?:torch\.|tf\.|keras\.|nn\.|layers\.|f\.)+")
_WRAPPER = re.compile(r"(?:\w+ ?= ?)?sequential ?\(\s*\[?")
_NUMBER_FIRST = re.compile(  # 32 conv, 3x3 conv 64, 50% dropout
    r"(\d[\d.x]*%?(?: \d+x\d+)?) (conv\w*|dense|fc|linear|drop\w*|(?:max|avg|average)? ?pool\w*|upsample)(?: (.*))?"
)
_SAYS_NOTHING = re.compile(r"(?:inplace|input_shape|input_dim|name|data_format|dtype) ?=")  # about the layer
_INPUTS = ("x", "identity", "skip", "shortcut", "residual", "inputs")
_TO_INPUT = re.compile(  # input + [conv 8 same]
    rf"(?<![^,\n\[|])[^\S\n]*((?:{'|'.join(_INPUTS)}|input)\s*\+\s*(\[(?:[^\[\]]|\[[^\[\]]*\])*\]))"
)
_REPEATED = re.compile(r"((?:conv|dense) .*(?:[^\d\s]|\d[x×]\d+)|(?:conv|dense) \d{2,})\s*(?<!\d)[x×*]\s*(\d+)")
_INCOMPLETE = ("conv", "dropout")  # without a number
_COUNTED = {"conv": 2, "dense": 1, "pool": 1, "upsample": 1}  # the numbers that come first: filters and the window
_NUMBERED = ("stride", "dilation", "padding", "groups", "epsilon", "slope")  # words with a number behind them
_ADDED, _BESIDE = "[conv 64 same] + input", "[conv 16 1x1 | conv 16 same]"
TRANSPOSED = (
    *("transpose", "transposed", "conv2dtranspose", "convtranspose2d", "conv2d_transpose", "convtranspose"),
    *("deconv", "deconvolution", "deconv2d", "upconv"),
)
REMEDIES = {  # what is said here by other means, or not at all
    **dict.fromkeys(("residual", "skip", "shortcut", "add", "resblock"), f"a residual part is written {_ADDED}"),
    **dict.fromkeys(("concat", "concatenate", "inception", "parallel"), f"parallel paths are written {_BESIDE}"),
    **dict.fromkeys(
        ("separable", "separableconv2d", "separableconv"),
        "with N channels before it, it is written conv N depthwise, conv M 1x1, e.g. conv 32 depthwise linear, "
        "conv 64 1x1",
    ),
    **dict.fromkeys(
        ("depthwise", "depthwiseconv2d", "depthwiseconv"),
        "write conv with as many filters as there are channels and depthwise, e.g. conv 32 same depthwise, conv 64 1x1",
    ),
    **dict.fromkeys(
        TRANSPOSED,
        "in place of a transposed convolution, which may leave a chequered pattern, write upsample, conv N same, e.g. "
        "upsample, conv 32 same",
    ),
    **dict.fromkeys(("group", "instance", "groupnorm", "instancenorm"), "the norms are batch norm and layer norm"),
}
_BEGINNINGS = (  # the first that fits is replaced
    (r"(?:convolution|conv)(?:2d)?(?: layer)?\b", "conv"),
    (r"(?:conv|convolution)(?=\d+(?:x\d+)?\b)", "conv "),
    (r"(?:fc|fully connected|linear|dense layer|lin)\b(?!$)", "dense"),
    (r"(?:dense|fc)(?=\d)", "dense "),
    (r"global ?(?:average|avg|mean)? ?pool(?:ing)?(?:2d)?|gap", "pool global"),
    (r"adaptive ?(?:average|avg) ?pool(?:ing)?(?:2d)?", "pool global"),
    (r"global ?max ?pool(?:ing)?(?:2d)?|adaptive ?max ?pool(?:ing)?(?:2d)?", "pool global max"),
    (r"pool(?:ing)? (?:average|avg|mean) global|global pool(?:ing)?", "pool global"),
    (r"(?:average|avg|mean) ?pool(?:ing)?(?:2d)?|pool(?:ing)? (?:avg|mean)|avgpool(?=\d)", "pool average"),
    (r"max ?pool(?:ing)?(?:2d)?|pooling|subsampling", "pool"),
    (r"batch ?norm(?:alization|alisation)?(?:[12]d)?|bn", "batch norm"),
    (r"layer ?norm(?:alization|alisation)?|ln", "layer norm"),
    (r"drop ?out(?:[123]d)?|drop", "dropout"),
    (r"up ?sampl(?:e|ing)(?:2d)?|unpool(?:ing)?", "upsample"),
    (r"activation ", ""),
)  # fmt: skip
_WORDS = (
    (r"\s*[=:]\s*", " "),
    (r"\b(\d+)(?:\s+[x×*]\s*|\s*[x×*]\s+|\*)(\d+)\b", r"\1x\2"),
    (r"\b(?:no|without) activation\b|\b(?:activation )?(?:none|identity)\b", "linear"),
    (r"\b(same|valid) padding\b(?! \d)", r"\1"),
    (r"\b(?:no|without) padding\b", "valid"),
    (r"\b(?:kernel_size|pool_size|scale_factor|kernel|filters|units|size|with|rate|activation|and)\b ?", ""),
    (r"\b(?:strides|s(?=\d)|/(?=\d))", "stride "),
    (r"(?<= )/(?=\d)", "stride "),
    (r"\bdilation_rate\b", "dilation"),
    (r"\b(?:padding|pad) (same|valid)\b", r"\1"),
    (r"\bpad\b", "padding"),
    (r"\bpadding 0\b", ""),
    (r"\b(?:use_bias|bias) (?:false|none|no)\b|\bno_bias\b|\bwithout bias\b", "no bias"),
    (r"\b(?:use_bias|bias) true\b", ""),
    (r"\bleaky-relu\b", "leaky relu"),
    (r" (?:logits|softmax)$", ""),
)  # fmt: skip


def translate(text: str) -> tuple[str, str] | None:
    """Return the first part that is written differently here, and the whole text as it is written here.

    It is a guess, which may be no network; ``None`` if nothing in the text is known from elsewhere.
    """
    plain = _PREFIX.sub("", "\n".join(line.split("#")[0] for line in text.lower().splitlines()))
    plain = re.sub(r"[^\S\n]+", " ", plain).strip()
    changed = [found[1] for found in _TO_INPUT.finditer(plain)]
    plain = _TO_INPUT.sub(r" \2 + input", plain)
    wrapped = _WRAPPER.match(plain) if plain.endswith(")") else None
    if wrapped:
        plain = plain[wrapped.end() : -1].strip().removesuffix("]")
    pieces, separators = _split(plain)
    translated = [_layer(piece) for piece in pieces]
    changed += [piece for piece, own in zip(pieces, translated, strict=True) if piece != own]
    changed += [sign for sign in separators if sign not in ",\n[]|+"]
    changed += [piece for piece in pieces if re.fullmatch(r"[x×*]\s*\d+", piece)]
    sums = []
    for number, piece in enumerate(translated[1:], 1):
        if separators[number - 1] == "+" and piece in _INPUTS:
            translated[number], changed = "input", [*changed, f"+ {piece}"]
        elif separators[number - 1] == "+" and piece != "input" and translated[number - 1] and piece:
            sums.append(f"{pieces[number - 1]} + {pieces[number]}")
            separators[number - 1] = ","
            _put_behind(translated, number)
    whole = translated[0]
    for sign, piece in zip(separators, translated[1:], strict=True):
        whole += f"{sign if sign in '[]|+' else ','} {piece}"
    whole = _tidy(whole)
    return (
        ([*sums, *changed, "sequential"][0].strip(), whole)
        if sums or changed or wrapped or whole != _tidy(plain.replace("\n", ","))
        else None
    )


def is_known_elsewhere(word: str) -> bool:
    """Say whether a single word is a layer elsewhere, such as ``maxpool``, or one that lacks a number: ``conv``."""
    return word.lower() in (*_INCOMPLETE, *REMEDIES) or translate(word) is not None


def _split(text: str) -> tuple[list[str], list[str]]:
    """Return the parts of a text between signs outside of round brackets, and the signs."""
    pieces, separators, start, at = list[str](), list[str](), 0, 0
    for found in _SEPARATORS.finditer(text):
        at = found.start()
        if text.count("(", start, at) > text.count(")", start, at):
            continue
        pieces.append(" ".join(text[start:at].split()))
        separators.append(found[0])
        start = found.end()
    return [*pieces, " ".join(text[start:].split())], separators


def _put_behind(pieces: list[str], number: int) -> None:
    """Make of ``conv 8 + relu``, as papers write it, ``conv 8 relu``, and of ``conv 8 + batch norm`` a linear one."""
    before, piece = pieces[number - 1 : number + 1]
    if not re.match(r"(?:\d+\s*[x×*]\s*)?(?:conv|dense) ", before):
        return
    if piece in ACTIVATIONS:
        pieces[number - 1 : number + 1] = "", f"{before} {piece}"
    elif piece.endswith(" norm"):
        pieces[number - 1] = f"{before} linear"


def _layer(piece: str) -> str:
    """Return one part in the words of a text; ``""`` for what is understood, such as the input."""
    called = _CALL.fullmatch(piece)
    if called:
        words = _call(called[1], called[2])
    else:
        words = re.sub(r"\(\s*(\d+)\s*,\s*(\d+)\s*\)", r"\1x\2", piece)
        words = re.sub(r"^(\d+) times ", r"\1 × ", words)
        words = _kind_first(re.sub(r"^(\d+)$", r"\1 ×", words))
    if re.match(r"input(?:layer)?\b.", words) or words in ("softmax", "activation softmax", "log softmax"):
        return ""
    times = re.match(r"\d+\s*[x×*]\s*(?=\D)", words)
    before, words = (words[: times.end()], words[times.end() :]) if times else ("", words)
    for pattern, replacement in _BEGINNINGS:
        found = re.match(pattern, words)
        if found:
            words = f"{replacement} {words[found.end() :].strip()}".strip()
            break
    repeated = _REPEATED.fullmatch(words)
    if repeated:
        return f"{before}{repeated[2]} × [{_in_order(repeated[1].strip())}]"
    return before + _in_order(words)


def _kind_first(words: str) -> str:
    """Return ``conv 32`` for ``32 conv``, and ``2 × conv 32`` for ``2 conv 32``."""
    found = _NUMBER_FIRST.fullmatch(words)
    if not found:
        return words
    number, kind, rest = found[1], found[2], found[3] or ""
    repeats = number.isdecimal() and rest[:1].isdigit()
    return f"{number} × {kind} {rest}" if repeats else f"{kind} {number} {rest}".strip()


def _in_order(words: str) -> str:
    if not re.match(r"(?:conv|pool|dense|batch|layer|dropout|flatten|upsample)\b", words):
        return words
    pattern: str
    replacement: str | Callable[[re.Match[str]], str]
    for pattern, replacement in _WORDS:
        words = re.sub(pattern, replacement, words)
    words = re.sub(r"^conv (\d+[x×]\d+) (\d+)\b", r"conv \2 \1", words)
    words = re.sub(r"^upsample (?:x(\d+)|(\d+)x)", r"upsample \1\2", words)
    words = re.sub(r"^pool global (?:average|avg|1x1|1)$", "pool global", words)
    words = re.sub(r"^dropout ([2-9]|[1-9]\d)$", r"dropout \1%", words)
    return _numbers_first(words)


def _numbers_first(words: str) -> str:
    """Return ``conv 32 5 same`` for ``conv same 32 5``."""
    kind, *rest = words.split()
    taken = [
        at
        for at, word in enumerate(rest)
        if word.isdecimal() and not (at and (rest[at - 1] in _NUMBERED or rest[at - 2 : at] == ["leaky", "relu"]))
    ][: _COUNTED.get(kind, 0)]
    which = rest[:1] if kind == "pool" and rest[:1] in (["average"], ["max"]) else []
    numbers = [rest[at] for at in taken]
    others = [word for at, word in enumerate(rest) if at not in taken]
    return " ".join([kind, *which, *numbers, *others[len(which) :]])


def _call(name: str, inside: str) -> str:
    """Return a call such as ``conv2d(32, (3, 3), strides=2)`` in words."""
    pieces, _ = _split(inside.replace("[", "(").replace("]", ")").replace('"', "").replace("'", ""))
    arguments = [re.sub(r"^(.*?)\( ?(\d+) ?, ?(\d+) ?,? ?\)$", r"\1\2x\3", piece) for piece in pieces if piece]
    given = [argument for argument in arguments if "=" not in argument]
    named = [argument for argument in arguments if "=" in argument and not _SAYS_NOTHING.match(argument)]
    sized = any(re.match(r"kernel(?:_size)? ?=", argument) for argument in named)
    if name == "conv2d" and len(given) > (1 if sized else 2):
        given = given[1:]  # PyTorch's first is the number of channels that come in
    if name == "linear" and len(given) > 1:
        given = given[1:]
    if re.match(r"(?:batchnorm|layernorm|batchnormalization|layernormalization|relu|flatten|global|adaptive)", name):
        given, named = [], []
    if re.match(r"(?:max|avg|average).*pool", name) or name == "conv2d":
        strides = 1 if "pool" in name else 2
        given = [*given[:strides], *(f"stride {argument}" for argument in given[strides : strides + 1])]
    # There, a layer has no activation unless one is written.
    plain = name in ("conv2d", "dense", "linear") and not any(argument.startswith("activation") for argument in named)
    return " ".join([name, *given, *named, *(["linear"] if plain else [])])


def _tidy(text: str) -> str:
    """Return a text with one comma between layers and none at the ends or beside brackets."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*,(?:\s*,)*\s*", ", ", text)
    text = re.sub(r"([\[|])[ ,]+", r"\1", text)
    text = re.sub(r"[ ,]+([\]|])", r"\1", text)
    text = re.sub(r"\]\s*[x×*]\s*(\d+)", r"] × \1", text)
    text = re.sub(r"^\s*(\[[^\[\]]*\]) × (\d+)", r"\2 × \1", text)
    text = re.sub(r"(?<=\S)\|(?=\S)", " | ", text).replace("×[", "× [")
    text = re.sub(r" linear, relu\b(?!6)", "", text)
    return re.sub(r"(, dense \d+) linear$", r"\1", re.sub(r"\s*\+\s*", " + ", text).strip(" ,"))

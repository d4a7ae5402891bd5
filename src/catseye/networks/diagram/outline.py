"""A network as a diagram shows it: blocks behind one another, branches where paths part and join, repetitions."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from catseye.networks.elementwise import NORMALISATIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from catseye.networks.summary import Layer, Operation

Kind = Literal["picture", "convolution", "pooling", "dense", "flatten", "upsampling", "group", "other"]
SUM, PRODUCT, CONCATENATION = "+ sum", "+ product", "concatenation"  # kinds of operations where paths join
JOINED = "joined"  # paths that join in another way, such as a difference
_WITH_ROWS = frozenset(NORMALISATIONS.values())  # what works value by value and yet has a row of its own
_PADDING = r", (same|pad [\d×]+)"
_KINDS: tuple[tuple[str, Kind], ...] = (
    ("conv ", "convolution"),
    ("pool ", "pooling"),
    ("dense", "dense"),
    ("flatten", "flatten"),
    ("upsample", "upsampling"),
    ("picture", "picture"),
)


@dataclass(frozen=True)
class Block:
    """A layer, or several that stand for one.

    Attributes
    ----------
    kind : str
    words : str
        What it does: ``"conv 3×3, stride 2"``.
    parts : tuple of (int, str)
        Of neighbours drawn as one: how often they have what.
    padding : str
        ``"same"``, ``"pad 1"``, or ``""`` without.
    behind : tuple of str
        What follows value by value: ``("batch norm", "relu")``.
    output : tuple of int
        (H, W, C), or (N,) values.
    parameters : int
    layers : int
        How many rows of the network's table it stands for.
    times : int
        How often it is repeated; ``parameters`` and ``layers`` are those of all.
    detail : str
        Of a group: what it consists of.
    inside : tuple of (str, str)
        Names and classes of the modules that it is a part of.
    name : str
        Its own, if another layer uses its weights too.
    shared_weights : str
        Whose weights it uses again: ``"weights of conv1"``.
    kinds : tuple of Kind
        Of a group: what kind each of its layers is, in order, of one repetition.
    """

    kind: Kind
    words: str
    behind: tuple[str, ...]
    output: tuple[int, ...]
    parameters: int = 0
    layers: int = 1
    times: int = 1
    detail: str = ""
    inside: tuple[tuple[str, str], ...] = ()
    padding: str = ""
    parts: tuple[tuple[int, str], ...] = ()
    name: str = ""
    shared_weights: str = ""
    kinds: tuple[Kind, ...] = ()

    @property
    def full_words(self) -> str:
        """What it does, with the number of filters and the padding: ``"conv 3×3, 32, stride 2, same"``."""
        what, *how = self.words.split(", ")
        filters = [f"{self.output[2]:,}"] if self.kind == "convolution" and len(self.output) == 3 else []
        return ", ".join([what, *filters, *how, *([self.padding] if self.padding else [])])


@dataclass(frozen=True)
class Branches:
    """Paths from one result, and how they join; an empty path hands the result on as it is.

    Attributes
    ----------
    paths : tuple of tuple of Block, Branches or Repetition
    join : str
        ``"sum"``, ``"product"``, ``"concatenation"``, …; ``""`` where the paths go on to the join around them.
    behind, parameters
        Of what follows the join value by value.
    output : tuple of int
        Of the join; ``()`` where it is not known.
    """

    paths: tuple[Items, ...]
    join: str
    behind: tuple[str, ...]
    output: tuple[int, ...]
    parameters: int = 0
    inside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Repetition:
    """Items that are repeated as they are, each time with weights of their own."""

    times: int
    items: Items
    parameters: int  # of all repetitions together
    layers: int

    @property
    def output(self) -> tuple[int, ...]:
        """The shape behind the last."""
        return self.items[-1].output


Item: TypeAlias = "Block | Branches | Repetition"
Items: TypeAlias = "tuple[Item, ...]"


def block_of(layer: Layer, owners: Collection[str], inside: tuple[tuple[str, str], ...] = ()) -> Block:
    """Return a row of a summary as a block; ``owners``: names of layers whose weights others use again."""
    first, *behind = layer.kind.removeprefix("+ ").split(" + ")
    first = first.removesuffix(f" ({layer.shared_weights})")
    kind: Kind = "other"
    if not layer.kind.startswith("+"):
        kind = next((kind for word, kind in _KINDS if word in f"{first} "), "other")
    padding = re.search(_PADDING, first)
    words = re.sub(_PADDING, "", first)
    if kind == "dense":
        words = f"dense {layer.output[-1]:,}"
    if kind == "pooling":
        words = re.sub(r"(\w+) pool to 1(×1)?$", r"global \1 pool", words)
    name = layer.name.partition("@")[0]  # without the number of the run
    is_owner = name in owners and not layer.shared_weights
    return Block(
        kind, words, tuple(behind), layer.output, layer.parameters, inside=inside,
        padding=padding[1] if padding else "", name=name if is_owner else "",
        shared_weights=layer.shared_weights,
    )  # fmt: skip


def owners_among(layers: Iterable[Layer]) -> frozenset[str]:
    """Return the names of the layers whose weights others use again."""
    return frozenset(layer.shared_weights.partition(" of ")[2] for layer in layers if layer.shared_weights)


def rows_of(layers: Sequence[Layer]) -> Items:
    """Return the rows of a summary as blocks, one behind the other."""
    owners = owners_among(layers)
    return merge_elementwise(block_of(layer, owners) for layer in layers)


def items_of(operation: Operation, owners: Collection[str]) -> Block:
    """Return an operation as a block."""
    return block_of(operation.layer, owners, operation.inside)


def merge_elementwise(items: Iterable[Item]) -> Items:
    """Return items with what works value by value in the one before, and a flatten in the global pooling before it."""
    merged: list[Item] = []
    for item in items:
        last = merged[-1] if merged else None
        takes = isinstance(last, Block | Branches) and (isinstance(last, Branches) or last.kind != "picture")
        if isinstance(item, Block) and item.kind == "other" and not item.detail and takes and _keeps(item, last):
            assert isinstance(last, Block | Branches)
            said = f"{item.words} ({item.shared_weights})" if item.shared_weights else item.words
            behind = (*last.behind, said, *item.behind)
            parameters = last.parameters + item.parameters
            if isinstance(last, Block):
                rows = last.layers + (item.words in _WITH_ROWS)
                merged[-1] = replace(last, behind=behind, parameters=parameters, layers=rows)
            else:
                merged[-1] = replace(last, behind=behind, parameters=parameters)
        elif _is_flattened(item, last):
            assert isinstance(last, Block)
            merged[-1] = replace(last, output=item.output, layers=last.layers + 1)
        else:
            merged.append(item)
    return tuple(item for item in merged if not (isinstance(item, Block) and item.words == "identity"))


def count_parameters(item: Item) -> int:
    """Return the parameters of an item with all in it."""
    if isinstance(item, Branches):
        return item.parameters + sum(count_parameters(inner) for path in item.paths for inner in path)
    return item.parameters


def kinds_in(items: Iterable[Item]) -> tuple[Kind, ...]:
    """Return the kinds of all layers that items stand for, in order."""
    found: list[Kind] = []
    for item in items:
        if isinstance(item, Branches):
            for path in item.paths:
                found += kinds_in(path)
        elif isinstance(item, Repetition):
            found += kinds_in(item.items) * item.times
        else:
            found += (item.kinds or (item.kind,)) * item.times
    return tuple(found)


def count_layers(item: Item) -> int:
    """Return how many rows of the network's table an item stands for."""
    if isinstance(item, Branches):
        own = sum(words in _WITH_ROWS for words in item.behind)
        return own + sum(count_layers(inner) for path in item.paths for inner in path)
    return item.layers


def _keeps(item: Block, last: Item | None) -> bool:
    return last is not None and last.output == item.output


def _is_flattened(item: Item, last: Item | None) -> bool:
    if not (isinstance(item, Block) and item.kind == "flatten" and isinstance(last, Block) and last.kind == "pooling"):
        return False
    return last.output[:2] == (1, 1) and not last.behind

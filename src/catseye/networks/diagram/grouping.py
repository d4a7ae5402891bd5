"""Layers drawn as one, so that a deep network stays legible: repetitions, modules, stages of the same size."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from catseye.networks.diagram.outline import (
    Block,
    Branches,
    Repetition,
    count_layers,
    count_parameters,
    kinds_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from catseye.networks.diagram.outline import Item, Items

_LONGEST_PERIOD = 8  # items that are repeated together
_MOST_LISTED = 8  # parts of a group, with how often each is there
_MOST_COLUMNS = 16  # that the coarsest grouping leaves
_LARGEST_UNIT = 0.5  # share of all layers above which a module is drawn by its parts
_CONTAINERS = ("Sequential", "ModuleList", "ModuleDict")
_OWN = ("Sum", "Parallel")  # modules that texts are built of, which branches say better
_RESIDUAL, _PARALLEL, _COUNTED = "residual block", "parallel paths", r"\d+ layers"  # groups without a class
_THEN = "; then "
BRANCHED = 3  # the coarsest grouping that keeps branches which belong to no module


def group(items: Items) -> Iterator[Items]:
    """Yield a network from the finest drawing, every layer by itself, to the coarsest."""
    yield items
    yield (items := fold_repetitions(items))
    yield (open_branches := _fold_modules(items, _large_modules(items), inside=True))
    yield tuple(_with_folded_stages(item) for item in open_branches)
    yield (items := _fold_modules(items, _large_modules(items)))
    yield (items := _fold_stages(items))
    yield _fold_smallest(items)


def fold_repetitions(items: Items, received: tuple[int, ...] = ()) -> Items:
    """Return items with those that are repeated as they are drawn once, also within branches.

    ``received`` is the size of what the first takes.
    """
    sources = [received, *(item.output for item in items)]
    inside = [_with_folded_paths(item, source) for item, source in zip(items, sources, strict=False)]
    marks = _marks(inside, received)
    found: list[Item] = []
    at = 0
    while at < len(inside):
        period, times = _repetition(marks, at)
        run = inside[at : at + period * times]
        if times == 1:
            found.append(run[0])
        elif period == 1 and isinstance(run[0], Block):
            found.append(_repeated(run, run[0]))
        else:
            parameters, layers = sum(map(count_parameters, run)), sum(map(count_layers, run))
            found.append(Repetition(times, tuple(run[:period]), parameters, layers))
        at += period * times
    return tuple(found)


def contents_in_words(items: Sequence[Item]) -> str:
    """Return what items consist of: ``"conv 1×1, conv 3×3, conv 1×1 + input"``."""
    return _listed((1, _words(item)) for item in items)


def _listed(parts: Iterable[tuple[int, str]]) -> str:
    """Return words with how often they follow each other: of many, each once."""
    counted: list[tuple[int, str]] = []
    for times, words in parts:
        if counted and counted[-1][1] == words:
            times += counted.pop()[0]
        counted.append((times, words))
    if len(counted) > _MOST_LISTED:
        return ", ".join(dict.fromkeys(words for _, words in counted))
    return ", ".join(f"{times} × {words}" if times > 1 else words for times, words in counted)


def _with_folded_paths(item: Item, received: tuple[int, ...]) -> Item:
    if isinstance(item, Branches):
        return replace(item, paths=tuple(fold_repetitions(path, received) for path in item.paths))
    return item


def _marks(items: Sequence[Item], received: tuple[int, ...] = ()) -> list[object]:
    """Return what makes each item the same as another: not the modules it comes from, but the size of what it takes.

    One drawing stands for all repetitions only if their sizes and parameters are the same too.
    """
    sources = [received, *(item.output for item in items)]
    return [(source, _mark(item)) for source, item in zip(sources, items, strict=False)]


def _mark(item: Item) -> object:
    own = item.parameters, item.output
    if isinstance(item, Block):
        shown = item.kind, item.words, item.behind, item.padding, item.detail, item.times
        return own, shown, item.name, item.shared_weights
    if isinstance(item, Branches):
        return own, item.join, item.behind, tuple(tuple(_marks(path)) for path in item.paths)
    return own, item.times, tuple(_marks(item.items))


def _repetition(marks: Sequence[object], at: int) -> tuple[int, int]:
    """Return how many items are repeated from here, and how often: what covers the most."""
    best = 1, 1
    for period in range(1, _LONGEST_PERIOD + 1):
        pattern, times = marks[at : at + period], 1
        while marks[at + period * times : at + period * (times + 1)] == pattern:
            times += 1
        if times > 1 and period * times > best[0] * best[1]:
            best = period, times
    return best


def _repeated(run: Sequence[Item], last: Block) -> Block:
    """Return one block for several that look alike."""
    times = sum(item.times for item in run if isinstance(item, Block))
    parameters, layers = sum(map(count_parameters, run)), sum(map(count_layers, run))
    return replace(last, times=times, parameters=parameters, layers=layers)


def _large_modules(items: Items) -> set[str]:
    """Return the names of modules that hold so many of the layers that their parts are drawn."""
    total = sum(map(count_layers, items))
    layers: dict[str, int] = {}
    for item in items:
        name, _ = _module(item, 0)
        once = item.layers // item.times if isinstance(item, Repetition) else count_layers(item)
        layers[name] = layers.get(name, 0) + once
    return {name for name, count in layers.items() if name and count > _LARGEST_UNIT * total}


def _fold_modules(items: Items, large: set[str], *, inside: bool = False) -> Items:
    """Return items with each module of a class of its own, and each item with branches, as one block.

    ``inside``: branches of no such module stay, with the modules within them as blocks: they are how the network is
    built, as the connections across a U-Net are.
    """
    names = [_module(item, 0) for item in items]
    names = [_module(item, 1) if name[0] in large else name for name, item in zip(names, items, strict=True)]
    folded: list[Block | Branches | Repetition] = []
    at = 0
    while at < len(items):
        end = at + 1
        while end < len(items) and names[at][0] and names[end] == names[at]:
            end += 1
        run = items[at:end]
        if inside and end - at == 1 and isinstance(run[0], Branches) and not names[at][0]:
            paths = tuple(_fold_modules(path, large, inside=True) for path in run[0].paths)
            folded.append(replace(run[0], paths=paths))
        elif end - at > 1 or not isinstance(run[0], Block):
            folded.append(_as_group(run, names[at][1]))
        else:
            folded.append(run[0])
        at = end
    return _merge_alike(tuple(folded))


def _module(item: Item, skipped: int) -> tuple[str, str]:
    """Return name and class of the outermost module around a whole item that is no mere container."""
    if isinstance(item, Repetition):
        shared = {_module(inner, skipped) for inner in item.items}
        return shared.pop() if len(shared) == 1 else ("", "")
    own = [(name, kind) for name, kind in item.inside if kind not in (*_CONTAINERS, *_OWN)]
    return own[skipped] if len(own) > skipped else ("", "")


def _as_group(run: Items, called: str = "") -> Block:
    """Return one block that stands for several items."""
    if len(run) == 1 and isinstance(run[0], Repetition):
        block = _as_group(run[0].items, called)
        return replace(block, times=run[0].times, parameters=run[0].parameters, layers=run[0].layers)
    parameters, layers = sum(map(count_parameters, run)), sum(map(count_layers, run))
    detail = contents_in_words(run)
    words = _class_in_words(called) or _usual_name(run, layers)
    output = next((item.output for item in reversed(run) if item.output), ())
    return Block("group", words, (), output, parameters, layers, 1, detail, kinds=kinds_in(run))


def _class_in_words(called: str) -> str:
    """Return ``"inverted residual"`` for ``_InvertedResidual``, ``"basic block"`` for ``_Basic``, ``"SE block"``."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", called.strip("_")).split()
    # An abbreviation stays in capitals, as in "SE block".
    words = " ".join(part if len(part) > 1 and part.isupper() else part.lower() for part in parts)
    return f"{words} block" if words and " " not in words else words


def _usual_name(run: Items, layers: int) -> str:
    if len(run) == 1 and isinstance(run[0], Branches):
        return _RESIDUAL if run[0].join == "sum" else _PARALLEL
    return f"{layers} layers"


def _merge_alike(items: Items) -> Items:
    """Return items with the same groups behind each other as one."""
    merged: list[Item] = []
    for item in items:
        last = merged[-1] if merged else None
        before = merged[-2].output if len(merged) > 1 else ()
        if isinstance(item, Block) and isinstance(last, Block) and _are_alike(last, item, before):
            detail = item.detail if item.detail in last.detail.split(_THEN) else f"{last.detail}{_THEN}{item.detail}"
            merged[-1] = replace(_repeated((last, item), item), detail=detail)
        else:
            merged.append(item)
    return tuple(merged)


def _are_alike(last: Block, item: Block, before: tuple[int, ...]) -> bool:
    """Say whether two groups can be drawn as one; ``before`` is the size of what the first takes.

    A stage of modules of one class is known by its class, though its first module may change the size; groups that
    have no name of their own must be the same in all.
    """
    if not item.kind == last.kind == "group" or (item.words, item.output) != (last.words, last.output):
        return False
    if item.words not in (_RESIDUAL, _PARALLEL) and not re.fullmatch(_COUNTED, item.words):
        return True
    same = last.parameters * item.times == item.parameters * last.times
    return same and item.detail == last.detail and before == last.output


def _fold_stages(items: Items, *, inside: bool = False) -> Items:
    """Return items with neighbours of the same height and width as one block; ``inside``: but for branches."""
    folded: list[Item] = []
    for item in items:
        last = folded[-1] if folded else None
        both = isinstance(item, Block) and isinstance(last, Block)
        same = last is not None and len(item.output) == 3 and item.output[:2] == last.output[:2]
        same = same and (both or not inside)
        if same and last is not None and not (isinstance(last, Block) and last.kind == "picture"):
            folded[-1] = _joined(last, item)
        else:
            folded.append(item)
    return tuple(folded)


def _with_folded_stages(item: Item) -> Item:
    """Return an item whose branches have neighbours of the same height and width as one block."""
    if not isinstance(item, Branches):
        return item
    return replace(
        item, paths=tuple(_fold_stages(tuple(map(_with_folded_stages, path)), inside=True) for path in item.paths)
    )


def _fold_smallest(items: Items) -> Items:
    """Return at most so many items as a slide has room for: those of the fewest layers with their neighbours."""
    folded = list(items)
    while len(folded) > _MOST_COLUMNS:
        costs = [
            (len(one.output) != len(other.output), count_layers(one) + count_layers(other))
            for one, other in pairwise(folded[1:])
        ]
        at = costs.index(min(costs)) + 1
        folded[at : at + 2] = [_joined(folded[at], folded[at + 1])]
    return tuple(folded)


def _joined(first: Item, second: Item) -> Block:
    run: list[Item] = [first, second]
    parts = tuple(part for item in run for part in _parts(item))
    layers, parameters = sum(map(count_layers, run)), sum(map(count_parameters, run))
    words, detail = f"{layers} layers", _listed(parts)
    return Block("group", words, (), second.output, parameters, layers, 1, detail, parts=parts, kinds=kinds_in(run))


def _parts(item: Item) -> tuple[tuple[int, str], ...]:
    """Return how often an item has what."""
    if isinstance(item, Block):
        return item.parts or ((item.times, _words(replace(item, times=1))),)
    return ((1, _words(item)),)


def _words(item: Item) -> str:
    if isinstance(item, Repetition):
        return f"{item.times} × [{contents_in_words(item.items)}]"
    if isinstance(item, Branches):
        shortcut = item.join == "sum" and not all(item.paths)
        if shortcut and len(item.paths) == 2:
            path = next((path for path in item.paths if path), ())
            return f"{contents_in_words(path)} + input"
        mark = {"sum": " + ", "product": " × "}.get(item.join, " | ")
        return mark.join(f"[{contents_in_words(path)}]" if path else "input" for path in item.paths)
    words = item.detail if re.fullmatch(_COUNTED, item.words) else item.words
    words += f" ({item.shared_weights})" if item.shared_weights else ""
    return f"{item.times} × {words}" if item.times > 1 else words

"""Weights under other names: matched to a network's layers by order and shape."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

import torch

from catseye.errors import CatseyeError
from catseye.networks.state_dicts import check_numbers, without_prefix
from catseye.networks.weights import difference, read_weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from torch import nn

    from catseye.networks.weights import Tensors

_COUNTER = "num_batches_tracked"
_WRAPPERS = ("module.", "_orig_mod.")
_Kind: TypeAlias = tuple[tuple[str, tuple[int, ...]], ...]  # the weights of a layer: name and shape of each


def load_matching_weights(path: Path, network: nn.Module) -> None:
    """Fill a network, on whatever device, with a state dict.

    Its names may be other than the network's. Then the layers of the file are those of the network in order, where
    the shapes of weights are the same. A .safetensors file keeps no order: in one, layers of the same shapes are
    told apart by the numbers in their names.

    Parameters
    ----------
    path
        A .pth, .pt or .safetensors file.
    network

    Raises
    ------
    UsageError
        There is no such file.
    CatseyeError
        It cannot be read without running code, holds the weights of another network, or could be matched in several
        ways; the message names the first layer that does not fit.
    """
    wanted = network.state_dict()
    tensors = match_names(
        {name: tuple(value.shape) for name, value in wanted.items()},
        {name.removeprefix("_orig_mod."): value for name, value in read_weights(path).items()},
        path,
        ordered=path.suffix.lower() != ".safetensors",
    )
    check_numbers(path, tensors, wanted)
    state = {name: tensors[name].to(value.dtype) for name, value in wanted.items()}
    if not all(value.isfinite().all() for value in state.values()):
        raise CatseyeError(f"{path} holds weights that are not finite.")
    network.load_state_dict(state, assign=True)
    network.eval().requires_grad_(True)


def load_named_weights(path: Path, network: nn.Module, tensors: Tensors) -> None:
    """Fill a network with a state dict of its own names, whatever prefixes DataParallel and torch.compile added.

    Parameters
    ----------
    path
        Source of the tensors, for messages.
    network
        A module that somebody wrote: by order, its layers could be matched only if it used them in that order.
    tensors
        Counters of batches may be missing.

    Raises
    ------
    CatseyeError
        A tensor is missing, unexpected, of another shape or kind of number, or not finite.
    """
    wanted = network.state_dict()
    names = {name: _without_wrappers(name) for name in wanted}
    have = without_prefix({_without_wrappers(name): value for name, value in tensors.items()}, names.values())
    for name in names.values():
        if name.endswith(_COUNTER):
            have.setdefault(name, torch.zeros((), dtype=torch.int64))
    fault = difference(
        {names[name]: tuple(value.shape) for name, value in wanted.items()},
        {name: tuple(value.shape) for name, value in have.items()},
    )
    if len(set(names.values())) < len(names) or len(have) < len(tensors):
        fault = "without the prefixes module and _orig_mod, several names are the same"
    if fault:
        raise CatseyeError(f"{path} holds the weights of another network: {fault}.")
    check_numbers(path, have, {names[name]: value for name, value in wanted.items()})
    state = {name: have[names[name]].to(value.dtype) for name, value in wanted.items()}
    if not all(value.isfinite().all() for value in state.values()):
        raise CatseyeError(f"{path} holds weights that are not finite.")
    network.load_state_dict(state)
    network.eval().requires_grad_(True)


def left_over(path: Path, layers: Sequence[str]) -> str:
    """Say that a file has layers that the network has not."""
    more = f" and {len(layers) - 1} more" if len(layers) > 1 else ""
    return f"{path} holds the weights of another network: it has {layers[0]}{more} besides."


def match_names(wanted: Mapping[str, tuple[int, ...]], tensors: Tensors, path: Path, *, ordered: bool) -> Tensors:
    """Return the tensors by the names that are wanted.

    Raises
    ------
    CatseyeError
        They do not fit, or there is more than one way.
    """
    counters = {name: torch.zeros((), dtype=torch.int64) for name in wanted if name.endswith(_COUNTER)}
    shapes = {name: shape for name, shape in wanted.items() if name not in counters}
    tensors = {name: value for name, value in tensors.items() if not name.endswith(_COUNTER)}
    tensors = without_prefix(tensors, shapes)
    if tensors.keys() == shapes.keys():
        fault = difference(shapes, {name: tuple(value.shape) for name, value in tensors.items()})
        if fault:
            raise CatseyeError(f"{path} holds the weights of another network: {fault}.")
        return tensors | counters
    own, others = _layers(shapes), _layers({name: tuple(value.shape) for name, value in tensors.items()})
    pairs = _pair_layers(own, others, path, ordered=ordered)
    return counters | {
        _joined(mine, name): tensors[_joined(other, name)] for mine, other in pairs.items() for name, _ in own[mine]
    }


def _layers(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, _Kind]:
    """Return what weights each layer has, in the order in which the layers come."""
    found: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
    for name, shape in shapes.items():
        layer, _, weight = name.rpartition(".")
        found[layer][weight] = shape
    return {layer: tuple(sorted(weights.items())) for layer, weights in found.items()}


def _pair_layers(own: Mapping[str, _Kind], others: Mapping[str, _Kind], path: Path, *, ordered: bool) -> dict[str, str]:
    """Return the file's layer for each of the network's."""
    waiting: dict[_Kind, list[str]] = defaultdict(list)
    for name, kind in others.items():
        waiting[kind].append(name)
    counts: dict[_Kind, int] = defaultdict(int)
    for name, kind in own.items():
        counts[kind] += 1
        if counts[kind] > len(waiting[kind]):
            raise CatseyeError(_misfit(path, name, kind, [(n, k) for n, k in others.items() if k not in own.values()]))
    left = [name for kind, names in waiting.items() for name in names[counts[kind] :]]
    if left:
        raise CatseyeError(left_over(path, left))
    if not ordered:
        waiting = defaultdict(list, {kind: _numbered(names, path) for kind, names in waiting.items()})
    return {name: waiting[kind].pop(0) for name, kind in own.items()}


def _numbered(names: list[str], path: Path) -> list[str]:
    """Return names in the order of their numbers; raise `CatseyeError` if that leaves the order open."""
    stems = {re.sub(r"\d+", "#", name) for name in names}
    if len(stems) > 1:
        raise CatseyeError(
            f"{path} does not say which of {' and '.join(sorted(names)[:2])} comes first: their shapes are the same, "
            "and .safetensors keeps no order. Save the state dict as .pth, or name the weights as the network does."
        )
    return sorted(names, key=lambda name: [int(number) for number in re.findall(r"\d+", name)])


def _misfit(path: Path, name: str, kind: _Kind, unused: Iterable[tuple[str, _Kind]]) -> str:
    found = next((f"; it has {other} ({_words(have)})" for other, have in unused), "")
    return f"{path} does not fit the network: nothing in it is {name} ({_words(kind)}){found}."


def _words(kind: _Kind) -> str:
    return ", ".join(f"{name} {'×'.join(map(str, shape)) or 'a number'}" for name, shape in reversed(kind))


def _without_wrappers(name: str) -> str:
    """Return a weight's name without what wrappers around a module put before it."""
    while name.startswith(_WRAPPERS):
        name = name.partition(".")[2]
    return name


def _joined(layer: str, weight: str) -> str:
    return f"{layer}.{weight}" if layer else weight

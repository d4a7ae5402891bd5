"""Private copies of a network's structure, which share its weights."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterator

Network = TypeVar("Network", bound=nn.Module)


def copy_structure(network: Network) -> Network:
    """Return the same modules over the same weights: hooks, modes and gradients of the copy are its own.

    Weights and buffers of the copy lie in the network's memory and need no gradients, so that a copy of VGG-16 takes
    milliseconds, not half a gigabyte. What is written into a weight is therefore written into both.
    """
    memo: dict[int, Any] = {}
    for module in network.modules():
        memo |= {id(weight): _alias(weight) for weight in module._parameters.values() if weight is not None}
        memo |= {id(buffer): buffer.detach() for buffer in module._buffers.values() if buffer is not None}
        # Other people's hooks run in the copy too, but are not copied: they may hold what cannot be, such as a lock.
        memo |= {id(hooks): copy.copy(hooks) for name, hooks in vars(module).items() if name.endswith("_hooks")}
    memo |= detached_attributes(network)
    return copy.deepcopy(network, memo)


def detached_attributes(network: nn.Module) -> dict[int, torch.Tensor]:
    """Return, by identity, what modules keep of a pass, such as ``self.last = maps``, without the pass behind it.

    A copy can hold only that.
    """
    return {
        id(value): value.detach()
        for module in network.modules()
        for value in vars(module).values()
        if isinstance(value, torch.Tensor) and not value.is_leaf
    }


def in_evaluation_mode(network: Network) -> Network:
    """Return the network itself where all of it is in evaluation mode, else a copy that is and shares its weights."""
    return copy_structure(network).eval() if any(module.training for module in network.modules()) else network


def tensors_in(value: Any) -> Iterator[torch.Tensor]:
    """Yield the tensors in what a module returned, in order, however deep in tuples, lists and dictionaries."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, tuple | list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from tensors_in(each)


def _alias(weight: torch.Tensor) -> nn.Parameter:
    return nn.Parameter(weight.detach(), requires_grad=False)

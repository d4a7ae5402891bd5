"""A network's layers as they run, for networks that cannot be followed as a graph."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from catseye.networks.nodes import run_names
from catseye.networks.structure import copy_structure, tensors_in
from catseye.networks.walk import Step

if TYPE_CHECKING:
    from collections.abc import Iterator

_CONTAINERS = (nn.Sequential, nn.ModuleList, nn.ModuleDict)


def record_steps(network: nn.Module, shape: tuple[int, int, int]) -> list[Step]:
    """Return what the network's layers return for one picture of noise of ``shape`` (H, W, C), in their order.

    A network may decide by a picture what it does with it; for another one, the steps could be others. Which paths
    join, and how much of the picture a value depends on, cannot be seen this way: no step has a field.
    """
    height, width, channels = shape
    own = copy_structure(network).eval()
    steps: list[Step] = []
    for name, layer in _outermost_layers(own):
        layer.register_forward_hook(partial(_note, steps, name))
    noise = torch.rand(1, channels, height, width, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        own(noise.to(next(own.parameters()).device))
    names = run_names(step.name for step in steps)
    return [replace(step, name=name) for name, step in zip(names, steps, strict=True)]


def _outermost_layers(module: nn.Module, prefix: str = "") -> Iterator[tuple[str, nn.Module]]:
    """Yield the layers by name: PyTorch's own as wholes, and what has no modules inside."""
    for name, child in module.named_children():
        path = f"{prefix}{name}"
        ready_made = type(child).__module__.startswith("torch.nn.") and not isinstance(child, _CONTAINERS)
        if ready_made or not list(child.children()):
            yield path, child
        else:
            yield from _outermost_layers(child, f"{path}.")


def _note(steps: list[Step], name: str, layer: nn.Module, received: Any, returned: Any) -> None:
    del received
    output = next(tensors_in(returned), None)
    if output is not None:
        steps.append(Step(name, layer, tuple(output.shape[1:]), None))

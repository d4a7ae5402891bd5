"""Layers by name: which there are, and what each makes of a picture."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.errors import UsageError, unknown
from catseye.networks.backbones.backbone import Backbone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def layer_names(network: nn.Module) -> tuple[str, ...]:
    """Return every name that a layer's output can be asked for by, in the order in which a picture passes them.

    A backbone's stages come first (``"stem"``, ``"stage1"``, …), then its modules as ``catseye summary`` lists them
    (``"blocks.0.0.conv_dw"``) and the blocks that they form (``"blocks.0"``). The lessons' networks have modules only.
    """
    stages = tuple(network.stages()) if isinstance(network, Backbone) else ()
    return *stages, *(name for name, _ in network.named_modules() if name and name not in stages)


def default_layers(network: nn.Module) -> tuple[str, ...]:
    """Return the layers whose maps tell most: a backbone's stages, elsewhere what follows each convolution's relu."""
    if isinstance(network, Backbone):
        return tuple(network.stages())
    dense = [number for number, layer in enumerate(network.children()) if isinstance(layer, nn.Flatten)]
    spatial = list(network.named_children())[: dense[0] if dense else None]
    return tuple(name for name, layer in spatial if isinstance(layer, nn.ReLU))


def last_maps(network: nn.Module) -> str:
    """Return the layer whose maps say most of where: a backbone's last stage, elsewhere the last convolution.

    That with its normalisation and relu, but before pooling, which leaves small pictures a few places only.

    Raises
    ------
    UsageError
        The network has none: it is dense throughout.
    """
    names = default_layers(network)
    if not names:
        raise UsageError("the network has no convolution: none of its layers keeps where in the picture something is.")
    if isinstance(network, Backbone):
        return names[-1]
    layers = list(network.named_children())
    last = max(number for number, (_, layer) in enumerate(layers) if isinstance(layer, nn.Conv2d))
    same_places = takewhile(lambda named: isinstance(named[1], nn.BatchNorm2d | nn.ReLU), layers[last + 1 :])
    return [layers[last], *same_places][-1][0]


def compute_layer_outputs(network: nn.Module, pictures: torch.Tensor, names: Iterable[str]) -> dict[str, torch.Tensor]:
    """Return what the layers in ``names`` make of preprocessed pictures (B, C, H, W), in one pass.

    Gradients flow through the outputs where they are enabled; the network should be in evaluation mode.

    Raises
    ------
    UsageError
        There is no such layer, or the network runs it more than once (one relu that serves a whole block).
    """
    wanted = list(names)
    known = layer_names(network)
    for name in wanted:
        if name not in known:
            raise unknown("layer", name, known)
    stages = tuple(network.stages()) if isinstance(network, Backbone) else ()
    with record_outputs(network, [name for name in wanted if name not in stages]) as found:
        if isinstance(network, Backbone):
            outputs = network.outputs(pictures)
        else:
            network(pictures)
            outputs = {}
    for name, results in found.items():
        if len(results) != 1:
            raise UsageError(f"layer {name} runs {len(results)} times for one picture; name the block around it.")
    return {name: outputs[name] if name in stages else found[name][0] for name in wanted}


@contextmanager
def record_outputs(network: nn.Module, names: Iterable[str]) -> Iterator[dict[str, list[torch.Tensor]]]:
    """Note what the named modules return while the block runs; no hook stays behind, whatever happens in it."""
    found: dict[str, list[torch.Tensor]] = {name: [] for name in names}
    handles = []
    try:
        for name, results in found.items():
            handles.append(network.get_submodule(name).register_forward_hook(partial(_note, results)))
        yield found
    finally:
        for handle in handles:
            handle.remove()


def _note(results: list[torch.Tensor], layer: nn.Module, received: object, returned: torch.Tensor) -> torch.Tensor:
    del layer, received
    results.append(returned)
    return returned.clone()  # which an operation in place may change, unlike what was noted


@contextmanager
def watched(network: nn.Module) -> Iterator[nn.Module]:
    """Give the network in evaluation mode, its weights without gradients, while the block runs; then as it was."""
    training = network.training
    learning = [weight for weight in network.parameters() if weight.requires_grad]
    network.eval().requires_grad_(False)
    try:
        yield network
    finally:
        network.train(training)
        for weight in learning:
            weight.requires_grad_(True)

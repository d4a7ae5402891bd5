"""The layers of a network by name."""

from __future__ import annotations

from itertools import takewhile

from torch import nn

from catseye.errors import UsageError
from catseye.networks.backbones.backbone import Backbone


def layer_names(network: nn.Module) -> tuple[str, ...]:
    """Return the names of all layers, in the order in which a picture passes them.

    A backbone's stages come first (``"stem"``, ``"stage1"``, …), then its modules as ``catseye summary`` lists them
    (``"blocks.0.0.conv_dw"``) and the blocks that they form (``"blocks.0"``). The lessons' networks have modules only.
    """
    stages = tuple(network.stages()) if isinstance(network, Backbone) else ()
    return *stages, *(name for name, _ in network.named_modules() if name and name not in stages)


def default_layers(network: nn.Module) -> tuple[str, ...]:
    """Return the layers whose maps are most informative: a backbone's stages, else the relu behind each convolution."""
    if isinstance(network, Backbone):
        return tuple(network.stages())
    dense = [number for number, layer in enumerate(network.children()) if isinstance(layer, nn.Flatten)]
    spatial = list(network.named_children())[: dense[0] if dense else None]
    return tuple(name for name, layer in spatial if isinstance(layer, nn.ReLU))


def activated_layers(network: nn.Module) -> dict[str, str]:
    """Return the layers whose maps are easiest to read, those behind activations, each with its stage's name.

    They are those of :func:`default_layers` but for stages that end in a convolution alone.
    """
    if isinstance(network, Backbone):
        return {layer: stage for stage, layer in network.activated().items()}
    return {layer: layer for layer in default_layers(network)}


def last_maps(network: nn.Module) -> str:
    """Return the deepest layer that keeps positions: a backbone's last stage, else the last convolution.

    The convolution is taken with its normalisation and relu, but before pooling, which leaves few positions in small
    pictures.

    Raises
    ------
    UsageError
        The network has no convolution.
    """
    names = default_layers(network)
    if not names:
        raise UsageError("the network has no convolution: none of its layers keeps positions in the picture.")
    if isinstance(network, Backbone):
        return names[-1]
    layers = list(network.named_children())
    last = max(number for number, (_, layer) in enumerate(layers) if isinstance(layer, nn.Conv2d))
    following = takewhile(lambda named: isinstance(named[1], nn.BatchNorm2d | nn.ReLU), layers[last + 1 :])
    return [layers[last], *following][-1][0]

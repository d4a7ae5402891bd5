"""A classifier's temperature in the weights of its last layer, for files that have no other place for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn

from catseye.networks.backbones.backbone import Backbone

if TYPE_CHECKING:
    import torch

# What divides its output by a number where its input is divided by it.
_LINEAR = (nn.Flatten, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.Dropout, nn.Identity)


def last_layer(network: nn.Module) -> str | None:
    """Return the name of the layer whose weights scale the logits; ``None`` where that is not one layer alone.

    ``network`` is a backbone or what a text builds.
    """
    if isinstance(network, Backbone):
        return network.head_name
    if type(network) is not nn.Sequential:
        return None
    for name, layer in reversed(network._modules.items()):
        if isinstance(layer, nn.Linear | nn.Conv2d):
            return name
        if not isinstance(layer, _LINEAR):
            return None
    return None


def calibrated_weights(network: nn.Module, temperature: float) -> dict[str, torch.Tensor]:
    """Return the state dict, with the weights of the last layer divided by the temperature, as far as that can be."""
    last = last_layer(network)
    state = {name: value.detach().cpu() for name, value in network.state_dict().items()}
    if last is None or temperature == 1:
        return state
    own = {f"{last}.{name}" for name, _ in network.get_submodule(last).named_parameters()}
    return {name: value / temperature if name in own else value for name, value in state.items()}

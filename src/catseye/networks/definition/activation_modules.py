"""PyTorch's modules of the activations that texts know."""

from __future__ import annotations

from torch import nn

from catseye.networks.definition.activation import ACTIVATIONS, is_sloped, leaky_relu

ACTIVATION_NAMES: dict[type[nn.Module], str] = {getattr(nn, kind): name for name, kind in ACTIVATIONS.items()}


def activation_name(module: nn.Module) -> str | None:
    """Return what a text calls a module; ``None`` where it is not an activation that texts know."""
    name = ACTIVATION_NAMES.get(type(module))
    if name is not None and is_sloped(name) and isinstance(module, nn.LeakyReLU):
        return leaky_relu(module.negative_slope)
    return name

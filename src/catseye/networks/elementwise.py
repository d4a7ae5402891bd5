"""Layers that work value by value, and normalisation: they have the size of what they receive."""

from __future__ import annotations

from torch import nn

from catseye.networks.definition.activation_modules import ACTIVATION_NAMES
from catseye.networks.definition.modules import ChannelNorm

NORMALISATIONS: dict[type[nn.Module], str] = {
    nn.BatchNorm1d: "batch norm",
    nn.BatchNorm2d: "batch norm",
    nn.GroupNorm: "group norm",
    nn.LayerNorm: "layer norm",
    ChannelNorm: "layer norm",
}
# What works value by value, and how it is called.
ELEMENTWISE: dict[type[nn.Module], str] = {
    **ACTIVATION_NAMES,
    nn.PReLU: "prelu",
    nn.Dropout: "dropout",
    nn.Dropout2d: "dropout",
    nn.Identity: "identity",
    **NORMALISATIONS,
}

"""Networks: plain `torch.nn.Module`s with named stages. `build` makes one by name, `summarise` describes one."""

from catseye.networks.registry import (
    BACKBONES,
    LESSONS,
    NAMES,
    build,
    is_backbone,
    network_title,
    resolve_network,
    smallest_side,
)
from catseye.networks.summary import Layer, Summary, summarise

__all__ = [
    "BACKBONES",
    "LESSONS",
    "NAMES",
    "Layer",
    "Summary",
    "build",
    "is_backbone",
    "network_title",
    "resolve_network",
    "smallest_side",
    "summarise",
]

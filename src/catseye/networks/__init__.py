"""Networks: plain `torch.nn.Module`s with named stages. `build` makes one by name, `summarise` describes one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye._lazy import lazily

if TYPE_CHECKING:
    from catseye.networks.names import BACKBONES, LESSONS, NAMES, is_backbone
    from catseye.networks.registry import build, resolve_network, smallest_side
    from catseye.networks.summarising import summarise
    from catseye.networks.summary import Layer, Summary
    from catseye.networks.titles import network_title

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

__getattr__, __dir__ = lazily(
    __name__,
    {
        **dict.fromkeys(("BACKBONES", "LESSONS", "NAMES", "is_backbone"), "catseye.networks.names"),
        "network_title": "catseye.networks.titles",
        **dict.fromkeys(("build", "resolve_network", "smallest_side"), "catseye.networks.registry"),
        **dict.fromkeys(("Layer", "Summary"), "catseye.networks.summary"),
        "summarise": "catseye.networks.summarising",
    },
)

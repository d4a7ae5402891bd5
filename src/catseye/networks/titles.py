"""What networks are called in titles and tables."""

from __future__ import annotations

from catseye.networks.names import NAMES, custom_title, is_backbone, is_custom


def network_title(network: str) -> str:
    """Return a network's name for a title or a table: of one that is a text, its name or the beginning."""
    if network in NAMES or is_backbone(network):
        return network
    if is_custom(network):
        return custom_title(network)
    from catseye.networks.definition.definition import Definition  # which loads PyTorch

    return Definition.read(network).title

"""How a network's weights and maps lie in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from typing import Any

    from torch import nn

_KNOWN = ("torch.nn.", "catseye.", "timm.")


def choose_layout(network: nn.Module) -> torch.memory_format:
    """Return the memory format for a network's weights: channels last where every layer can work on such maps.

    Convolutions are twice as fast where the channels of a pixel lie side by side. Layers that somebody else wrote may
    fail on such maps, as ``maps.view(len(maps), -1)`` does.
    """
    return torch.channels_last if has_known_layers(network) else torch.contiguous_format


def keep_layout(network: nn.Module) -> None:
    """Let a network whose weights do not have the channels last receive pictures in the usual order, too."""
    if not has_known_layers(network):
        network.register_forward_pre_hook(_make_contiguous)


def has_known_layers(network: nn.Module) -> bool:
    """Say whether all its modules are PyTorch's, timm's or ours, so that none has a ``forward`` of its author's."""
    return all(type(module).__module__.startswith(_KNOWN) for module in network.modules())


def _make_contiguous(network: nn.Module, args: tuple[Any, ...]) -> tuple[Any, ...]:
    del network
    # Unlike contiguous(), to() also sets the strides of a single channel.
    return tuple(value.to(memory_format=torch.contiguous_format) for value in args)

"""Which axis of maps has the channels, followed through a network's graph: 1, unless its steps move it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

from catseye.networks.elementwise import ELEMENTWISE
from catseye.networks.functions import CONCATENATIONS, SUMS, is_move, keeps_positions, moved_axis

if TYPE_CHECKING:
    from torch import fx

_FIRST = 1  # PyTorch's axis of channels, (B, C, H, W)
_WITH_CHANNELS_FIRST = (
    *(nn.Conv2d, nn.ConvTranspose2d, nn.MaxPool2d, nn.AvgPool2d, nn.Upsample, nn.BatchNorm2d),
    *(nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.Dropout2d, nn.GroupNorm, nn.PixelShuffle, nn.ZeroPad2d),
)
_FUNCTIONS_WITH_CHANNELS_FIRST = frozenset(
    {
        *(functional.conv2d, functional.conv_transpose2d, functional.max_pool2d, functional.avg_pool2d),
        *(functional.adaptive_avg_pool2d, functional.adaptive_max_pool2d, functional.interpolate),
        *(functional.batch_norm, functional.group_norm, functional.pixel_shuffle, torch.max_pool2d),
    }
)
# What works along the last axis or on every value, wherever the channels are.
_KEEPING = (nn.Linear, nn.LayerNorm, *ELEMENTWISE)
_FUNCTIONS_THAT_KEEP = frozenset(
    {
        *(functional.linear, functional.layer_norm, functional.softmax, functional.normalize, functional.pad),
        *(torch.roll, "roll", "softmax", torch.softmax, torch.flip, "flip"),
    }
)


def find_channel_axes(graph: fx.GraphModule) -> dict[fx.Node, int | None]:
    """Return the axis of the channels of what each node returns, if that has four axes; ``None`` if it is not known.

    A dense layer works along the last axis, which may be the width: as in a mixer, the channels stay where they are.
    """
    axes: dict[fx.Node, int | None] = {}
    for node in graph.graph.nodes:
        known = [axes[each] for each in node.all_input_nodes]
        axes[node] = _axis(graph, node, next((axis for axis in known if axis is not None), None))
    return axes


def _axis(graph: fx.GraphModule, node: fx.Node, received: int | None) -> int | None:
    if node.op == "placeholder":
        return _FIRST
    if node.op == "call_module":
        layer = graph.get_submodule(str(node.target))
        if isinstance(layer, _WITH_CHANNELS_FIRST):
            return _FIRST
        return received if isinstance(layer, _KEEPING) else None
    if node.op == "output":
        return received
    if node.target in _FUNCTIONS_WITH_CHANNELS_FIRST:
        return _FIRST
    if received is not None and is_move(node):
        try:
            return moved_axis(node, received)
        except (IndexError, RuntimeError, ValueError):  # it has other than four axes
            return None
    keeps = keeps_positions(node) or node.target in SUMS | CONCATENATIONS | _FUNCTIONS_THAT_KEEP
    return received if keeps else None

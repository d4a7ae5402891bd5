"""Layers whose output has the channels last, (B, H, W, C), where maps have them first."""

from __future__ import annotations

import torch
from torch import nn

from catseye.networks.backbones.backbone import Backbone
from catseye.networks.backbones.timm import TimmNetwork
from catseye.networks.definition.modules import ChannelNorm


def works_along_last(layer: nn.Module, size: tuple[int, ...]) -> bool:
    """Say whether the channels of a layer's output of ``size``, without the batch, are its last axis.

    PyTorch's dense layers and layer normalisation over one axis work along the last one. A class made from them with a
    ``forward`` of its own, such as a normalisation that moves the channels itself, is told by what it returns, and
    where both axes have the same length by what it takes.
    """
    if isinstance(layer, ChannelNorm) or not isinstance(layer, nn.Linear | nn.LayerNorm):
        return False
    if isinstance(layer, nn.Linear):
        return size[-1] == layer.out_features or size[0] != layer.out_features
    if len(layer.normalized_shape) > 1:  # over (C, H, W) or (H, W): on maps in the usual order
        return False
    if type(layer).forward is nn.LayerNorm.forward:
        return True
    width = layer.normalized_shape[0]
    if size[0] == size[-1] == width:
        return not _takes_channels_first(layer, width)
    return size[0] != width


def lie_last(network: nn.Module, layer: str, values: torch.Tensor) -> bool:
    """Say whether the channels of a layer's output (B, …) are its last axis, as far as the layer alone tells it."""
    if not isinstance(network, Backbone):
        modules = dict(network.named_modules())
        return layer in modules and works_along_last(modules[layer], tuple(values.shape[1:]))
    # Of timm's networks Swin and similar ones, which declare it.
    if not isinstance(network, TimmNetwork) or getattr(network.network, "output_fmt", "NCHW") != "NHWC":
        return False
    return layer in network.stages() or not isinstance(network.get_submodule(layer), nn.Conv2d)


def _takes_channels_first(layer: nn.LayerNorm, width: int) -> bool:
    """Say whether the layer takes maps of ``width`` channels whose sides have another length."""
    weight = next(layer.parameters(), torch.zeros(()))
    try:
        with torch.no_grad():
            layer(torch.zeros((1, width, width + 1, width + 1), dtype=weight.dtype, device=weight.device))
    except RuntimeError:
        return False
    return True

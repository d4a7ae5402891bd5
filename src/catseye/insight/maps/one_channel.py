"""A network with one channel, whose gradient shows which pixels its values can depend on."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, conv2d
from torch.nn.utils.parametrize import is_parametrized, type_before_parametrizations

from catseye.networks.definition.modules import SameAvgPool2d, SameMaxPool2d
from catseye.networks.elementwise import ELEMENTWISE
from catseye.networks.structure import copy_structure
from catseye.networks.walk import as_pair


def skeleton(network: nn.Module) -> nn.Module:
    """Return the network's windows and connections alone: one channel, positive weights, float64."""
    return _replaced(copy_structure(network)).eval()


class _MeanPool(nn.MaxPool2d):
    """The mean of a window instead of its maximum."""

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        if as_pair(self.dilation) == (1, 1):
            return avg_pool2d(maps, self.kernel_size, self.stride, self.padding, self.ceil_mode)
        window = torch.ones(1, 1, *as_pair(self.kernel_size), dtype=maps.dtype)
        return conv2d(maps, window, None, self.stride, self.padding, self.dilation)


class _Mean(nn.Linear):
    """A dense layer that gives every value the same weight."""

    def __init__(self) -> None:
        super().__init__(1, 1, device="meta")  # weights that are not used need not be drawn

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return values.mean(1, keepdim=True)


def _replaced(module: nn.Module) -> nn.Module:
    made: dict[nn.Module, nn.Module] = {}  # of a layer that runs twice, the same one
    for name, child in list(module._modules.items()):
        if child is not None:
            made[child] = made[child] if child in made else _replaced(child)
            setattr(module, name, made[child])
    return _bone(module)


def _bone(layer: nn.Module) -> nn.Module:
    if isinstance(layer, nn.Conv2d):
        return _one_channel(layer)
    if isinstance(layer, SameMaxPool2d):
        return SameAvgPool2d(layer.kernel_size, layer.stride)
    if isinstance(layer, nn.MaxPool2d):
        return _MeanPool(layer.kernel_size, layer.stride, layer.padding, layer.dilation, ceil_mode=layer.ceil_mode)
    if isinstance(layer, nn.AdaptiveMaxPool2d):
        return nn.AdaptiveAvgPool2d(layer.output_size)
    if isinstance(layer, nn.Linear):
        return _Mean()
    return nn.Identity() if type(layer) in ELEMENTWISE else layer


class _OneChannel(nn.Module):
    """A layer for one channel, which takes the mean where paths that were joined hand on several."""

    def __init__(self, layer: nn.Conv2d) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.layer(maps.mean(1, keepdim=True))
        return result


def _one_channel(layer: nn.Conv2d) -> nn.Module:
    """Return the layer, which belongs to a copy, with one channel."""
    _free_weights(layer)
    rows, columns = layer.kernel_size
    layer.in_channels = layer.out_channels = layer.groups = 1
    weight = torch.full((1, 1, rows, columns), 1 / (rows * columns), dtype=torch.float64)  # values keep their size
    layer.weight, layer.bias = nn.Parameter(weight, requires_grad=False), None
    return _OneChannel(layer)


def _free_weights(layer: nn.Conv2d) -> None:
    """Let the layer have a weight of its own, which is not computed from others, as by weight norm or pruning."""
    if is_parametrized(layer):
        layer.__class__ = type_before_parametrizations(layer)
        del layer.parametrizations
    layer._forward_pre_hooks.clear()  # by which the older functions of torch.nn.utils do so
    for name in ("weight", "bias"):
        vars(layer).pop(name, None)

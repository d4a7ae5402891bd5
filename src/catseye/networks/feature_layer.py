"""A network's features: the inputs of its last dense layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from catseye.networks.backbones.backbone import Backbone
from catseye.networks.structure import copy_structure, in_evaluation_mode

if TYPE_CHECKING:
    Shape = tuple[int, int, int]

LOGITS = ""  # in place of a layer's name, for a network that has none to take features from


class WithFeatures(nn.Module):
    """A network that returns its features after its logits, (B, K + F).

    Parameters
    ----------
    network
        A private copy of its structure is made, which shares the weights and is in evaluation mode.
    layer
        The dense layer whose inputs (B, F) are the features; `LOGITS`: the logits are.
    """

    def __init__(self, network: nn.Module, layer: str) -> None:
        super().__init__()
        self.network = copy_structure(network).eval()
        self._taken: list[Any] = []
        if layer != LOGITS and not isinstance(network, Backbone):
            self.network.get_submodule(layer).register_forward_pre_hook(self._take)
        self._layer = layer

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return logits and features of preprocessed pictures (B, C, H, W)."""
        if isinstance(self.network, Backbone):
            features = self.network.extract(pictures)
            return torch.cat([self.network.head(features), features], 1)
        self._taken.clear()
        logits = self.network(pictures)
        features = logits if self._layer == LOGITS else self._taken[-1]
        self._taken.clear()  # torch.export warns of what a pass leaves behind
        return torch.cat([logits, features], 1)

    def _take(self, layer: nn.Module, given: tuple[Any, ...]) -> None:
        del layer
        self._taken.append(given[0])


def find_feature_layer(network: nn.Module, shape: Shape) -> str:
    """Return the name of the dense layer whose inputs are a network's features: a backbone's head, else the last one.

    Where there is none that takes one vector for each picture of ``shape`` (H, W, C), it is `LOGITS`.
    """
    if isinstance(network, Backbone):
        return network.head_name
    dense = [name for name, module in network.named_modules() if isinstance(module, nn.Linear) and name]
    if not dense:
        return LOGITS
    height, width, channels = shape
    weight = next(in_evaluation_mode(network).parameters())
    pictures = torch.zeros(2, channels, height, width, device=weight.device)
    try:
        with torch.inference_mode():
            found = WithFeatures(network, dense[-1])(pictures)
    except (RuntimeError, IndexError):  # it gets no vectors, or does not run
        return LOGITS
    return dense[-1] if found.dim() == 2 else LOGITS

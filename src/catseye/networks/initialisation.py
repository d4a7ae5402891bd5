"""The weights that a training starts from."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable

_NORMAL = partial(nn.init.kaiming_normal_, nonlinearity="relu")
_UNIFORM = partial(nn.init.kaiming_uniform_, nonlinearity="relu")

NONE = "none"  # the weights stay as PyTorch, or whoever made the network, left them
# Each fills one weight tensor; the spread depends on how many values a unit sums (fan in) and serves (fan out).
SCHEMES: dict[str, Callable[..., torch.Tensor]] = {
    "he_normal": _NORMAL,  # He et al. 2015, arXiv:1502.01852: keeps the variance through relu
    "he_uniform": _UNIFORM,
    "glorot_normal": nn.init.xavier_normal_,  # Glorot & Bengio 2010, AISTATS
    "glorot_uniform": nn.init.xavier_uniform_,  # what Keras, and so the lessons, use
    "orthogonal": nn.init.orthogonal_,  # Saxe et al. 2014, arXiv:1312.6120
}


def initialise(network: nn.Module, scheme: str, seed: int) -> None:
    """Fill the weights of every convolution and dense layer by ``scheme``, and their biases with zero.

    ``"none"`` leaves the weights as they are.
    """
    if scheme == NONE:
        return
    generator = torch.Generator().manual_seed(seed)
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d | nn.Linear):
            SCHEMES[scheme](layer.weight, generator=generator)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)

"""A network with its preprocess as a differentiable function of its pictures' own pixels."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

from catseye.networks.layers import watched
from catseye.system.memory import keep_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import nn

    from catseye.images.preprocess import Preprocess

    Model = Callable[[torch.Tensor], torch.Tensor]


@contextmanager
def differentiable_model(network: nn.Module, preprocess: Preprocess, *, rounded: bool = False) -> Iterator[Model]:
    """Give a function from float32 pictures (B, C, any H, any W), 0 to 255, to logits (B, K), while the block runs.

    Resizing and normalisation are part of it, so that gradients are those of the pixels of the picture itself.

    Parameters
    ----------
    network, preprocess
        Of a classifier.
    rounded
        Round to whole numbers where a file of 8 bits and the preprocess do. Gradients pass as if nothing were rounded
        (the straight-through estimator of Bengio et al. 2013, arXiv:1308.3432).
    """
    round_or_not = _rounded if rounded else _unchanged
    keep_memory()
    with watched(network):
        network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

        def see(pictures: torch.Tensor) -> torch.Tensor:
            pixels = round_or_not(preprocess.resized(round_or_not(pictures)))
            logits: torch.Tensor = network(preprocess.tensor(pixels))
            return logits

        try:
            yield see
        finally:
            network.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]


def _rounded(values: torch.Tensor) -> torch.Tensor:
    return values + (values.detach().round() - values.detach())


def _unchanged(values: torch.Tensor) -> torch.Tensor:
    return values

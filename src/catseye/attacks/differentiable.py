"""A network with its preprocess as a differentiable function of a picture's own pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from catseye.networks.probe import Probe
from catseye.system.memory import keep_memory

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from catseye.images.preprocess import Preprocess

    Model = Callable[[torch.Tensor], torch.Tensor]


def differentiable_model(network: nn.Module, preprocess: Preprocess, *, rounded: bool = False) -> Model:
    """Return a function from float32 pictures (B, C, any H, any W), 0 to 255, to logits (B, K).

    Resizing and normalisation are part of it, so that its gradients are those of the picture's own pixels. It runs a
    private copy of the network that shares the weights: see :class:`~catseye.networks.probe.Probe`.

    Parameters
    ----------
    network, preprocess
        Those of a classifier.
    rounded
        Round to whole numbers where an 8-bit file and the preprocess do. Gradients pass as if nothing were rounded
        (the straight-through estimator of Bengio et al. 2013, arXiv:1308.3432).
    """
    keep_memory()
    probe = Probe(network)
    round_or_not = _rounded if rounded else _unchanged

    def model(pictures: torch.Tensor) -> torch.Tensor:
        pixels = round_or_not(preprocess.resized(round_or_not(pictures)))
        return probe.logits(preprocess.tensor(pixels))

    return model


def _rounded(values: torch.Tensor) -> torch.Tensor:
    return values + (values.detach().round() - values.detach())


def _unchanged(values: torch.Tensor) -> torch.Tensor:
    return values

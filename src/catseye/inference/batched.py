"""A network's logits for many pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from catseye.networks.quick_order import in_quick_order
from catseye.networks.structure import in_evaluation_mode
from catseye.system.memory import keep_memory

if TYPE_CHECKING:
    from torch import nn

    from catseye.arrays import Floats, Pixels
    from catseye.datasets.pictures import Pictures
    from catseye.images.preprocess import Preprocess

_BATCH_PIXELS = 2**17  # enough for every core, little enough for a small memory
_LARGEST_BATCH = 128


def batch_size(preprocess: Preprocess) -> int:
    """Return how many pictures should pass through a network at once."""
    return max(1, min(_LARGEST_BATCH, _BATCH_PIXELS // (preprocess.height * preprocess.width)))


def compute_logits(network: nn.Module, preprocess: Preprocess, pictures: Pictures) -> torch.Tensor:
    """Return the logits of all pictures, float32 (N, classes), computed in batches in single precision.

    The network need not be in evaluation mode, and stays in the mode that it is in.
    """
    keep_memory()
    pictures = pictures.through(preprocess)
    device = next(network.parameters()).device
    evaluated = in_quick_order(in_evaluation_mode(network))
    parts = []
    with torch.inference_mode():
        for pixels, _ in pictures.batches(batch_size(preprocess)):
            parts.append(evaluated(preprocess.tensor(torch.from_numpy(pixels).to(device))).cpu())
    return torch.cat(parts)


def compute_batch(network: nn.Module, preprocess: Preprocess, batch: Pixels) -> Floats:
    """Return the logits float32 (B, K) of a batch uint8 (B, C, H, W), in single precision."""
    evaluated = in_evaluation_mode(network)
    with torch.inference_mode():
        logits: Floats = evaluated(preprocess.tensor(torch.from_numpy(np.ascontiguousarray(batch)))).numpy()
    return logits

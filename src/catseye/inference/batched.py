"""What a network answers to many pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from catseye.system.memory import keep_memory

if TYPE_CHECKING:
    from torch import nn

    from catseye.datasets.pictures import Pictures
    from catseye.images.preprocess import Preprocess

_BATCH_PIXELS = 2**17  # enough for every core, little enough for a small memory
_LARGEST_BATCH = 128


def batch_size(preprocess: Preprocess) -> int:
    """Return how many pictures a network should answer to at once."""
    return max(1, min(_LARGEST_BATCH, _BATCH_PIXELS // (preprocess.height * preprocess.width)))


def compute_logits(network: nn.Module, preprocess: Preprocess, pictures: Pictures) -> torch.Tensor:
    """Return the logits of all pictures, float32 (N, classes), computed in batches in single precision."""
    keep_memory()
    pictures = pictures.through(preprocess)
    size = batch_size(preprocess)
    device = next(network.parameters()).device
    parts = []
    was_training = network.training
    network.eval()
    try:
        with torch.inference_mode():
            for start in range(0, len(pictures), size):
                pixels = torch.from_numpy(pictures.batch(range(start, min(start + size, len(pictures)))))
                parts.append(network(preprocess.tensor(pixels.to(device))).cpu())
    finally:
        network.train(was_training)
    return torch.cat(parts)

"""A network's logits for many pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from catseye.inference.batch_sizes import batch_size
from catseye.networks.feature_layer import WithFeatures
from catseye.networks.quick_order import in_quick_order
from catseye.networks.structure import in_evaluation_mode
from catseye.system.memory import keep_memory

if TYPE_CHECKING:
    from torch import nn

    from catseye.arrays import Floats, Pixels
    from catseye.datasets.pictures import Pictures
    from catseye.images.preprocess import Preprocess


def compute_logits(
    network: nn.Module, preprocess: Preprocess, pictures: Pictures, layer: str | None = None
) -> torch.Tensor:
    """Return the logits of all pictures, float32 (N, classes), computed in batches in single precision.

    The network need not be in evaluation mode, and stays in the mode that it is in. With a ``layer``, its inputs stand
    behind the logits, as :class:`~catseye.networks.feature_layer.WithFeatures` returns them.
    """
    keep_memory()
    pictures = pictures.through(preprocess)
    device = next(network.parameters()).device
    evaluated = in_quick_order(in_evaluation_mode(network))
    evaluated = evaluated if layer is None else WithFeatures(evaluated, layer)
    parts = []
    with torch.inference_mode():
        for pixels, _ in pictures.batches(batch_size(preprocess)):
            parts.append(evaluated(preprocess.tensor(torch.from_numpy(pixels).to(device))).cpu())
    return torch.cat(parts)


def compute_batch(network: nn.Module, preprocess: Preprocess, batch: Pixels, layer: str | None = None) -> Floats:
    """Return the logits float32 (B, K) of a batch uint8 (B, C, H, W), in single precision; ``layer`` as above."""
    keep_memory()
    evaluated, size = in_evaluation_mode(network), batch_size(preprocess)
    evaluated = evaluated if layer is None else WithFeatures(evaluated, layer)
    with torch.inference_mode():
        parts = [
            evaluated(preprocess.tensor(torch.from_numpy(np.ascontiguousarray(batch[start : start + size]))))
            for start in range(0, len(batch), size)
        ]
    logits: Floats = torch.cat(parts).numpy()
    return logits

"""The work of a layer: multiplications with additions for one picture."""

from __future__ import annotations

import math
from typing import Any

from torch import nn

from catseye.networks.walk import as_pair

_CONVOLUTIONS = nn.Conv1d | nn.Conv2d | nn.Conv3d
_LOOKED_UP = nn.Embedding | nn.EmbeddingBag  # matrices that nothing is multiplied with


def count_multiply_adds(layer: nn.Module, output: tuple[int, ...]) -> int | None:
    """Return the multiply-adds of a layer, or ``None`` where only its code could tell how often its weights are used.

    Those of biases, normalisation and pooling are not counted; those of attention are its layers' and both products.

    Parameters
    ----------
    layer
    output
        (H, W, C), or (T, D) of sequences, of what it returns for one picture.
    """
    if isinstance(layer, _CONVOLUTIONS):
        return math.prod(output) * math.prod(layer.kernel_size) * layer.in_channels // layer.groups
    if isinstance(layer, nn.ConvTranspose2d):
        return _of_transposed(layer, output)
    if isinstance(layer, nn.Linear):
        return math.prod(output) * layer.in_features
    if len(output) == 2 and isinstance(layer, nn.RNNBase) and layer.batch_first:
        return output[0] * _in_matrices(layer)  # each matrix is used once for each of T
    if isinstance(layer, nn.TransformerEncoder):
        return _of_all(layer.layers, output)
    if len(output) == 2 and type(layer) is nn.TransformerEncoderLayer and layer.self_attn.batch_first:
        length, width = output
        return length * _in_matrices(layer) + 2 * length * length * width
    return None if not isinstance(layer, _LOOKED_UP) and _in_matrices(layer) else 0


def _of_all(layers: Any, output: tuple[int, ...]) -> int | None:
    counts = [count_multiply_adds(layer, output) for layer in layers]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _of_transposed(layer: nn.ConvTranspose2d, output: tuple[int, ...]) -> int:
    """Return the work of a transposed convolution: each value that it receives is multiplied with a whole kernel."""
    received = 1
    for axis in (0, 1):
        margin, window = as_pair(layer.padding)[axis], as_pair(layer.kernel_size)[axis]
        reach = as_pair(layer.dilation)[axis] * (window - 1) + 1
        inside = output[axis] + 2 * margin - as_pair(layer.output_padding)[axis] - reach
        received *= inside // as_pair(layer.stride)[axis] + 1
    return received * layer.in_channels * math.prod(layer.kernel_size) * layer.out_channels // layer.groups


def _in_matrices(layer: nn.Module) -> int:
    return sum(weight.numel() for weight in layer.parameters() if weight.dim() > 1)

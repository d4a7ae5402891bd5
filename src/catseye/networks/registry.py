"""All networks by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from catseye.errors import UsageError, unknown
from catseye.networks.convnet import convnet, convnet_without_pooling, fashion_convnet
from catseye.networks.dense import dense
from catseye.networks.stack import Stack, TooSmallError

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

_NETWORKS: dict[str, Callable[[Stack, int], nn.Sequential]] = {
    network.__name__: network for network in (dense, convnet, convnet_without_pooling, fashion_convnet)
}
NAMES = tuple(_NETWORKS)
LARGEST_PARAMETERS = 2**28  # 268 million, 1 GiB of weights; a mistyped picture size should not take all memory
LARGEST_CLASSES = 100_000


def build(
    name: str, shape: tuple[int, int, int], classes: int, *, batch_norm: bool = False, dropout: float = 0.0
) -> nn.Sequential:
    """Return a network for pictures of ``shape`` (H, W, C), with PyTorch's random weights.

    Raises
    ------
    UsageError
        There is no such network; the pictures are too small for it; it would have too many parameters.
    """
    if name not in _NETWORKS:
        raise unknown("network", name, NAMES)
    if not 1 <= classes <= LARGEST_CLASSES:
        raise UsageError(f"a network has 1 to {LARGEST_CLASSES:,} classes; got {classes}.")
    if not 0 <= dropout < 1:
        raise UsageError(f"dropout is a share from 0 to below 1; got {dropout}.")
    if min(shape) < 1:
        raise UsageError(f"pictures have at least one row, column and channel; got {'×'.join(map(str, shape))}.")
    make = _NETWORKS[name]
    try:
        with torch.device("meta"):
            plan = make(Stack(shape, batch_norm=batch_norm, dropout=dropout), classes)
    except TooSmallError as error:
        height, width, _ = shape
        side = smallest_side(name)
        raise UsageError(
            f"{name}: a picture of {height}×{width} pixels is too small: {error}. The smallest is {side}×{side}."
        ) from None
    parameters = sum(weight.numel() for weight in plan.parameters())
    if parameters > LARGEST_PARAMETERS:
        raise UsageError(f"{name} would have {parameters:,} parameters at this picture size; choose a smaller one.")
    return make(Stack(shape, batch_norm=batch_norm, dropout=dropout), classes)


def smallest_side(name: str) -> int:
    """Return the side in pixels of the smallest square picture that the network takes."""
    side = 1
    while True:
        try:
            with torch.device("meta"):
                _NETWORKS[name](Stack((side, side, 1)), 1)
        except TooSmallError:
            side += 1
        else:
            return side

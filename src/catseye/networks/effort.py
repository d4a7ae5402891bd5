"""How many threads a network's training pays for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.networks.summary import summarise
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from torch import nn

# Multiply-adds of a layer for a batch. They take a thread 0.1 to 0.2 ms; waking another takes 0.05 ms on an idle
# machine and several times as long on a busy one.
_WORTH_SHARING = 4_000_000


def choose_threads(network: nn.Module, shape: tuple[int, int, int], batch: int) -> int:
    """Return how many threads should compute a network's layers: one if there is little work, else one per core.

    It depends on nothing but the work and the number of cores, so that a seed makes the same weights again.

    Parameters
    ----------
    network
    shape
        Height, width and channels of its pictures.
    batch
        Number of pictures at a time.
    """
    work = [layer.multiply_adds for layer in summarise(network, shape).layers if layer.multiply_adds]
    return usable_cores() if batch * sum(work) >= _WORTH_SHARING * len(work) else 1

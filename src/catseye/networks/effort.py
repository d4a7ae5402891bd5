"""How many threads are worth using to train a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.networks.summarising import summarise
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from torch import nn

# Multiply-adds of a layer for a batch, which take a thread 0.1 to 0.2 ms. With less, a second thread hardly helps on an
# idle machine (digits, batches of 32: 1.8 instead of 2.0 ms a step) and costs most of the time beside two busy programs
# (9 instead of 3.5 ms, even if waiting threads sleep).
_WORTH_SHARING = 4_000_000


def choose_threads(network: nn.Module, shape: tuple[int, int, int], batch: int) -> int:
    """Return how many threads should compute a network's layers: one if there is little work, else one per core.

    It depends only on the work and the number of cores, so that a seed gives the same weights again.

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

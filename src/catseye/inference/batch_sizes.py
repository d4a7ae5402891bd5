"""How many pictures a network takes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.images.preprocess import Preprocess

_BATCH_PIXELS = 2**17  # enough for every core, little enough for a small memory
_LARGEST_BATCH = 128
_DECODED_PIXELS = 2**21


def batch_size(preprocess: Preprocess) -> int:
    """Return how many pictures should pass through a network at once."""
    return max(1, min(_LARGEST_BATCH, _BATCH_PIXELS // (preprocess.height * preprocess.width)))


def decoded_size(preprocess: Preprocess) -> int:
    """Return how many pictures should be decoded before they go through a network together."""
    return max(1, min(_LARGEST_BATCH, _DECODED_PIXELS // (preprocess.height * preprocess.width)))

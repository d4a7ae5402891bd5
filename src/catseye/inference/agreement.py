"""Whether the saved classifier, run by PyTorch in single precision, says what the quick engine said."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from catseye.system.memory import keep_memory

if TYPE_CHECKING:
    from torch import nn

    from catseye.arrays import Floats
    from catseye.datasets import Pictures
    from catseye.images.preprocess import Preprocess

_BATCH = 8


@dataclass(frozen=True)
class Agreement:
    """The same pictures through two programs.

    Attributes
    ----------
    pictures : int
        How many were compared.
    same_class : float
        The share that was given the same class.
    largest_difference : float
        Of any two logits.
    """

    pictures: int
    same_class: float
    largest_difference: float

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)


def measure_agreement(
    network: nn.Module, preprocess: Preprocess, pictures: Pictures, logits: Floats, seconds: float
) -> Agreement:
    """Compare ``logits`` (N, K) with those of ``network``, on as many pictures as ``seconds`` allow, 8 at least."""
    start, differences, same = time.perf_counter(), [0.0], 0
    compared = 0
    keep_memory()
    network.eval()
    while compared < len(pictures) and (compared == 0 or time.perf_counter() - start < seconds):
        part = range(compared, min(compared + _BATCH, len(pictures)))
        batch = np.stack([pictures.pixels(index, preprocess) for index in part])
        with torch.inference_mode():
            ours = network(preprocess.tensor(torch.from_numpy(batch))).numpy()
        theirs = logits[part.start : part.stop]
        differences.append(float(np.abs(ours - theirs).max()))
        same += int((ours.argmax(1) == theirs.argmax(1)).sum())
        compared = part.stop
    return Agreement(compared, same / compared, max(differences))

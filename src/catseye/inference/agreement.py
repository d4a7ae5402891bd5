"""Whether PyTorch in single precision predicts the same as a faster engine."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from catseye.errors import PictureError
from catseye.system.memory import keep_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import nn

    from catseye.arrays import Floats, Pixels
    from catseye.datasets import Pictures
    from catseye.images.preprocess import Preprocess

_BATCH = 8


@dataclass(frozen=True)
class Agreement:
    """The logits of two programs for the same pictures, compared.

    Attributes
    ----------
    pictures : int
        Number of pictures that were compared.
    same_class : float
        Share of the pictures for which both predict the same class, 0 to 1.
    largest_difference : float
        Largest difference between two logits of one picture and class.
    """

    pictures: int
    same_class: float
    largest_difference: float

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Return the agreement with these fields."""
        return cls(**values)


def measure_agreement(
    network: nn.Module, preprocess: Preprocess, pictures: Pictures, logits: Floats, seconds: float
) -> Agreement:
    """Compare ``logits`` (N, K) with those of ``network``, on as many pictures as ``seconds`` allow, at least 8.

    Pictures that can no longer be read are skipped; if there are no others, ``pictures`` is 0.
    """
    import torch

    from catseye.networks.structure import in_evaluation_mode

    start, differences, same = time.perf_counter(), [0.0], 0
    compared = 0
    keep_memory()
    evaluated = in_evaluation_mode(network)
    remaining = _readable(pictures, preprocess)
    while (compared == 0 or time.perf_counter() - start < seconds) and (part := list(islice(remaining, _BATCH))):
        batch = np.stack([pixels for _, pixels in part])
        with torch.inference_mode():
            ours = evaluated(preprocess.tensor(torch.from_numpy(batch))).numpy()
        theirs = logits[[index for index, _ in part]]
        differences.append(float(np.abs(ours - theirs).max()))
        same += int((ours.argmax(1) == theirs.argmax(1)).sum())
        compared += len(part)
    return Agreement(compared, same / compared if compared else 0.0, max(differences))


def _readable(pictures: Pictures, preprocess: Preprocess) -> Iterator[tuple[int, Pixels]]:
    for index in range(len(pictures)):
        with suppress(PictureError):
            yield index, pictures.pixels(index, preprocess)

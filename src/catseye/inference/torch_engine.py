"""PyTorch on a GPU, or where OpenVINO is not installed."""

from __future__ import annotations

from copy import deepcopy
from functools import cached_property
from importlib.metadata import version
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from catseye.inference.engine import BF16
from catseye.system.device import CUDA
from catseye.system.memory import keep_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from catseye.arrays import Floats, Pixels
    from catseye.images.preprocess import Preprocess
    from catseye.networks.backbones.backbone import Backbone


PYTORCH = "PyTorch"  # begins the engine's name


class TorchEngine:
    """PyTorch, in batches.

    ``load`` returns the network when it is first needed.
    """

    def __init__(self, load: Callable[[], Backbone], preprocess: Preprocess, device: str, precision: str) -> None:
        self.name = f"{PYTORCH} {version('torch')} {device} {precision}"
        self._load, self._preprocess, self._device, self._precision = load, preprocess, device, precision
        self._batch = 64 if device == CUDA else 8

    def run(self, pictures: Iterable[Pixels], receive: Callable[[int, Floats], None]) -> None:
        """Call ``receive(index, features)`` for each picture; see `Engine`."""
        remaining, start = iter(pictures), 0
        while batch := list(islice(remaining, self._batch)):
            for offset, features in enumerate(self._features(np.stack(batch))):
                receive(start + offset, features)
            start += len(batch)

    @cached_property
    def _network(self) -> Backbone:
        import torch

        keep_memory()
        own = deepcopy(self._load()).eval().to(self._device)  # the caller's stays where and as it is
        return own.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]

    def _features(self, batch: Pixels) -> Floats:
        import torch

        pixels = torch.from_numpy(batch).to(self._device)
        with (
            torch.inference_mode(),
            torch.autocast(self._device, torch.bfloat16, enabled=self._precision == BF16),
        ):
            pictures = self._preprocess.tensor(pixels)
            features: Floats = self._network.extract(pictures).float().cpu().numpy()
        return features

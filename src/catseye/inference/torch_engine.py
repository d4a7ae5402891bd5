"""PyTorch on a GPU, or where OpenVINO is not installed."""

from __future__ import annotations

from copy import deepcopy
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import torch

from catseye.inference.engine import BF16
from catseye.system.device import CUDA
from catseye.system.memory import keep_memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from catseye.arrays import Floats, Pixels
    from catseye.images.preprocess import Preprocess
    from catseye.networks.backbones.backbone import Backbone


class TorchEngine:
    """PyTorch, in batches."""

    def __init__(self, network: Backbone, preprocess: Preprocess, device: str, precision: str) -> None:
        keep_memory()
        self.name = f"PyTorch {torch.__version__} {device} {precision}"
        own = deepcopy(network).eval().to(device)  # the caller's stays where and as it is
        self._network = own.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._preprocess, self._device, self._precision = preprocess, device, precision
        self._batch = 64 if device == CUDA else 8

    def run(self, pictures: Iterable[Pixels], receive: Callable[[int, Floats], None]) -> None:
        """Call ``receive(index, features)`` for each picture; see `Engine`."""
        remaining, start = iter(pictures), 0
        while batch := list(islice(remaining, self._batch)):
            for offset, features in enumerate(self._features(np.stack(batch))):
                receive(start + offset, features)
            start += len(batch)

    def _features(self, batch: Pixels) -> Floats:
        pixels = torch.from_numpy(batch).to(self._device)
        with (
            torch.inference_mode(),
            torch.autocast(self._device, torch.bfloat16, enabled=self._precision == BF16),
        ):
            pictures = self._preprocess.tensor(pixels)
            features: Floats = self._network.extract(pictures).float().cpu().numpy()
        return features

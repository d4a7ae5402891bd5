"""What runs a frozen backbone: OpenVINO on a processor, PyTorch on a GPU or where OpenVINO is not."""

from __future__ import annotations

from collections import deque
from copy import deepcopy
from functools import cached_property
from importlib.metadata import version
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch

from catseye.system.device import AUTO, CUDA, chosen_device, quick_precision
from catseye.system.memory import keep_memory
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from catseye.arrays import Floats, Pixels
    from catseye.images.preprocess import Preprocess
    from catseye.networks.backbone import Backbone

FP32, BF16 = "fp32", "bf16"
_REQUESTS = 2  # in flight a core: one runs, one waits


class Engine(Protocol):
    """Runs a backbone over many pictures.

    Attributes
    ----------
    name : str
        Of the program that computes, with its precision: results of one engine are not another's to the last digit.
    """

    name: str

    def run(self, pictures: Iterable[Pixels], receive: Callable[[int, Floats], None]) -> None:
        """Call ``receive(index, features)`` with float32 (F,) for each picture uint8 (3, H, W), in any order.

        ``receive`` copies what it keeps.
        """


def best_engine(
    network: Backbone, preprocess: Preprocess, precision: str | None = None, device: str | None = None
) -> Engine:
    """Return the quickest engine of this machine for the network.

    ``precision`` is ``"fp32"`` or ``"bf16"``; by default bf16 where the machine multiplies it in hardware. ``device``
    is by default a GPU where there is one.
    """
    device = device or chosen_device(AUTO)
    if device == CUDA:
        return TorchEngine(network, preprocess, device, precision or quick_precision(CUDA))
    try:
        import openvino
    except ImportError:
        return TorchEngine(network, preprocess, device, precision or FP32)
    able = openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return OpenVinoEngine(network, preprocess, precision or (BF16 if "BF16" in able else FP32))


class OpenVinoEngine:
    """OpenVINO on the processor: one request a stream is in flight while the next pictures are decoded."""

    def __init__(self, network: Backbone, preprocess: Preprocess, precision: str) -> None:
        self.name = f"OpenVINO {version('openvino')} {precision}"
        self._network, self._preprocess = network, preprocess
        self._settings = {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "INFERENCE_PRECISION_HINT": "bf16" if precision == BF16 else "f32",
            "INFERENCE_NUM_THREADS": usable_cores(),
        }

    @cached_property
    def _compiled(self) -> Any:
        import openvino

        from catseye.transfer_learning.openvino_graph import openvino_graph

        graph = openvino_graph(self._network, self._preprocess)
        return openvino.Core().compile_model(graph, "CPU", self._settings)

    def run(self, pictures: Iterable[Pixels], receive: Callable[[int, Floats], None]) -> None:
        """Call ``receive(index, features)`` for each picture; see `Engine`."""
        # Not OpenVINO's own queue, which calls back from its threads: one that still waits for the interpreter's lock
        # when the model is let go of is joined by who holds that lock, and both wait for ever.
        idle = [self._compiled.create_infer_request() for _ in range(_REQUESTS * usable_cores())]
        busy: deque[tuple[int, Any]] = deque()
        try:
            for index, pixels in enumerate(pictures):
                request = idle.pop() if idle else _finished(busy, receive)
                request.start_async({0: pixels[None]})
                busy.append((index, request))
            while busy:
                _finished(busy, receive)
        finally:
            for _, request in busy:
                request.wait()


def _finished(busy: deque[tuple[int, Any]], receive: Callable[[int, Floats], None]) -> Any:
    """Wait for the oldest request, hand its features over, and return it for another picture."""
    index, request = busy[0]
    request.wait()
    busy.popleft()
    receive(index, request.get_output_tensor().data[0])
    return request


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

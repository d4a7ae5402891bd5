"""OpenVINO on the processor."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from catseye.inference.engine import BF16
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from catseye.arrays import Floats, Pixels
    from catseye.images.preprocess import Preprocess
    from catseye.networks.backbones.backbone import Backbone


_CAPABILITIES = "OPTIMIZATION_CAPABILITIES"
_REQUESTS = 2  # in flight per core: one runs, one waits


def _core() -> Any:
    """Return an OpenVINO core with the processor's plugin, loaded in a thread that ends with that.

    The plugin gives the thread that loads it a stack on which to handle signals, and frees that stack with itself.
    If that were the main thread, and another one the last to let go of the plugin, a later Ctrl+C would end the process
    with a segmentation fault.
    """
    with ThreadPoolExecutor(1) as loader:
        return loader.submit(_load_plugin).result()


def _load_plugin() -> Any:
    import openvino

    core = openvino.Core()
    core.get_property("CPU", _CAPABILITIES)
    return core


@cache
def multiplies_bf16() -> bool:
    """Return whether OpenVINO multiplies bf16 on this processor.

    A processor that is able to may have been told not to, by ``ONEDNN_MAX_CPU_ISA``. OpenVINO's list of capabilities
    does not know of that; compiling a layer, which takes 0.05 s, shows it.

    Raises
    ------
    ImportError
        OpenVINO is not installed.
    """
    import numpy as np
    import openvino
    from openvino import opset15 as ops

    core = _core()
    if "BF16" not in core.get_property("CPU", _CAPABILITIES):
        return False
    values = ops.parameter([1, 16, 8, 8], np.float32)
    weights = ops.constant(np.ones((16, 16, 3, 3), np.float32))
    layer = ops.convolution(values, weights, [1, 1], [0, 0], [0, 0], [1, 1])
    try:
        core.compile_model(openvino.Model([layer], [values]), "CPU", {"INFERENCE_PRECISION_HINT": "bf16"})
    except RuntimeError:
        return False
    return True


class OpenVinoEngine:
    """OpenVINO on the processor: one request per stream is in flight while the next pictures are decoded."""

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
        from catseye.inference.openvino_graph import build_openvino_graph

        graph = build_openvino_graph(self._network, self._preprocess)
        return _core().compile_model(graph, "CPU", self._settings)

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

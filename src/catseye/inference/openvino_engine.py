"""OpenVINO on the processor."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from catseye.inference.engine import BF16
from catseye.inference.fork_gate import gate
from catseye.inference.openvino_plugin import compile_model
from catseye.inference.openvino_requests import run_requests
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from catseye.arrays import Floats, Pixels
    from catseye.images.preprocess import Preprocess
    from catseye.networks.backbones.backbone import Backbone


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

        self._model: Any = None
        gate.add(self)

    def compiled(self) -> list[Any]:
        """Return the compiled network, if it is loaded."""
        return [] if self._model is None else [self._model]

    def release(self) -> None:
        """Let go of the compiled network, until it is needed again."""
        self._model = None

    def run(self, pictures: Iterable[Pixels], receive: Callable[[int, Floats], None]) -> None:
        """Call ``receive(index, features)`` for each picture; see `Engine`."""
        run_requests(self._load, (pixels[None] for pixels in pictures), lambda index, batch: receive(index, batch[0]))

    def _load(self) -> Any:
        if self._model is None:
            from catseye.inference.openvino_graph import build_openvino_graph

            self._model = compile_model(build_openvino_graph(self._network, self._preprocess), self._settings)
        return self._model

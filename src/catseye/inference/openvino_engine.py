"""OpenVINO on the processor."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from catseye.inference.engine import BF16
from catseye.inference.fork_gate import gate
from catseye.inference.kept_engines import KeptEngines
from catseye.inference.openvino_plugin import compile_model, export_model, import_model, processor_name
from catseye.inference.openvino_requests import run_requests
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from catseye.arrays import Floats, Pixels
    from catseye.images.preprocess import Preprocess

_FORMAT = 2  # raise it when a backbone is compiled to other results than before


class OpenVinoEngine:
    """OpenVINO on the processor: one request per stream is in flight while the next pictures are decoded.

    Parameters
    ----------
    build
        Returns OpenVINO's graph of the features; called when the engine first runs, if nothing is kept.
    preprocess
    precision
        ``"fp32"`` or ``"bf16"``.
    kept
        The home folder, under which the compiled network is kept, and the SHA-256 of the backbone's weights; ``None``:
        it is not kept.
    """

    def __init__(
        self,
        build: Callable[[], Any],
        preprocess: Preprocess,
        precision: str,
        kept: tuple[Path, str] | None = None,
    ) -> None:
        self.name = f"OpenVINO {version('openvino')} {precision}"
        self._build, self._preprocess, self._kept = build, preprocess, kept
        self._settings = {
            "PERFORMANCE_HINT": "THROUGHPUT",
            "INFERENCE_PRECISION_HINT": "bf16" if precision == BF16 else "f32",
            "INFERENCE_NUM_THREADS": usable_cores(),
        }

        self._content: Any = None  # of the kept network: its weights lie there as long as it is used
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
        run_requests(self.load, (pixels[None] for pixels in pictures), lambda index, batch: receive(index, batch[0]))

    def load(self) -> Any:
        """Return the compiled network: the one that is kept, or a new one, which is then kept."""
        if self._model is None:
            self._model = self._read() or self._compile()
        return self._model

    def _read(self) -> Any:
        if self._content is None and self._kept:
            self._content = KeptEngines(self._kept[0]).read(self._key(self._kept[1]))
        if self._content is None:
            return None
        try:
            return import_model(self._content, self._settings)
        except RuntimeError:  # of another build with the same version
            return None

    def _compile(self) -> Any:
        model = compile_model(self._build(), self._settings)
        if self._kept:
            KeptEngines(self._kept[0]).keep(self._key(self._kept[1]), export_model(model))
        return model

    def _key(self, digest: str) -> str:
        about = [digest, self._preprocess.to_json(), self._settings, version("openvino"), processor_name()]
        return json.dumps([_FORMAT, "features", *about])

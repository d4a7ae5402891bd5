"""The logits and the last maps of an EfficientNet-Lite in a classifier's file, without PyTorch."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.inference.fork_gate import gate
from catseye.inference.kept_engines import KeptEngines
from catseye.inference.openvino_lite import build_lite_graph
from catseye.inference.openvino_plugin import compile_model, export_model, import_model, processor_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy.typing as npt

    from catseye.arrays import Floats, Pixels
    from catseye.images.preprocess import Preprocess
    from catseye.inference.kept_engines import Bytes

    Arrays = Mapping[str, npt.NDArray[Any]]

_FORMAT = 1  # raise it when a network is compiled to other results than before
_SETTINGS = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}


def compute_lite_maps(
    name: str, arrays: Arrays, preprocess: Preprocess, picture: Pixels, home: Path, digest: str
) -> tuple[Floats, Floats]:
    """Return the logits float32 (K,) and the last maps (C, h, w) of one picture uint8 (3, H, W).

    What is compiled is kept under ``home`` by ``digest``, the SHA-256 of the file that holds the weights.
    """
    key = json.dumps([_FORMAT, "maps", digest, version("openvino"), processor_name()])
    kept = KeptEngines(home).read(key)  # as long as it is used: its weights lie there
    with gate.use():
        model = None if kept is None else _import(kept)
        if model is None:
            model = compile_model(build_lite_graph(name, arrays, preprocess, logits=True, maps_too=True), _SETTINGS)
            KeptEngines(home).keep(key, export_model(model))
        request = model.create_infer_request()
        request.infer({0: np.ascontiguousarray(picture[None])})
        logits, maps = (request.get_output_tensor(place).data[0].copy() for place in (0, 1))
        del request, model  # before what is kept
    return logits, maps


def _import(kept: Bytes) -> Any:
    try:
        return import_model(kept, _SETTINGS)
    except RuntimeError:  # of another build with the same version
        return None

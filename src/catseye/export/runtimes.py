"""Runtimes for exported files: ONNX Runtime and OpenVINO."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.errors import MissingPackageError, install_line
from catseye.export.picture_graph import PICTURE, TENSOR
from catseye.system.threads import usable_cores

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.arrays import Floats, Pixels
    from catseye.images.preprocess import Preprocess

    Answer = tuple[Floats, Floats | None]


def require_onnx() -> None:
    """Raise `MissingPackageError` unless ONNX files can be written and run."""
    missing = [package for package in ("onnx", "onnxruntime") if not find_spec(package)]
    if missing:
        raise MissingPackageError(f"ONNX files need {' and '.join(missing)}: {install_line('onnx')}")


def prepare_input(picture: Pixels, preprocess: Preprocess, kind: str) -> Any:
    """Return an exported file's input for a picture uint8 (H, W, 3): uint8 (1, H, W, 3), or float32 (1, C, h, w)."""
    if kind == PICTURE:
        return picture[None]
    from catseye.images.preprocess import to_image

    pixels = preprocess.pixels(to_image(picture))[None].astype(np.float32)
    mean, std = (np.array(values, np.float32).reshape(1, -1, 1, 1) for values in (preprocess.mean, preprocess.std))
    assert kind == TENSOR
    return ((pixels / 255 - mean) / std).astype(np.float32)


class OnnxRuntime:
    """A model in ONNX Runtime, on the CPU."""

    def __init__(self, path: Path, preprocess: Preprocess, kind: str) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = usable_cores()
        self.runtime = f"onnxruntime {onnxruntime.__version__}"
        self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self._name = self._session.get_inputs()[0].name
        self._preprocess, self._kind = preprocess, kind

    def __call__(self, picture: Pixels) -> Answer:
        """Return probabilities (K,) and unfamiliarity of a picture uint8 (H, W, 3)."""
        probabilities, *scores = self._session.run(
            None, {self._name: prepare_input(picture, self._preprocess, self._kind)}
        )
        return probabilities[0], scores[0][0] if scores else None


class OpenVino:
    """An OpenVINO or ONNX file in OpenVINO, on the CPU, in single precision."""

    def __init__(self, path: Path, preprocess: Preprocess, kind: str) -> None:
        from catseye.inference.openvino_plugin import compile_model, load_core

        model = load_core().read_model(path)
        settings = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": usable_cores()}
        self.runtime = f"openvino {version('openvino')}"
        self._model = compile_model(model, settings)
        self._preprocess, self._kind = preprocess, kind

    def __call__(self, picture: Pixels) -> Answer:
        """Return probabilities (K,) and unfamiliarity of a picture uint8 (H, W, 3)."""
        from catseye.inference.openvino_plugin import apart

        given = prepare_input(picture, self._preprocess, self._kind)
        probabilities, *scores = apart(lambda: [values.copy() for values in self._model([given]).values()])
        return probabilities[0], scores[0][0] if scores else None

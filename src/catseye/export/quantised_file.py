"""Writing quantised files, and measuring the cost in their own runtime."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.classifier.stored_network import module_of
from catseye.errors import UsageError
from catseye.export.onnx_file import write_onnx
from catseye.export.openvino_file import write_openvino
from catseye.export.quantisation import INT8, measure_quantisation
from catseye.export.runtimes import OnnxRuntime, OpenVino, require_onnx

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol

    from onnx import ModelProto

    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Runner
    from catseye.export.calibration_pictures import CalibrationPictures
    from catseye.export.quantisation import Quantisation
    from catseye.images.preprocess import Preprocess

    class Write(Protocol):
        """Writes a classifier, with a quantised network in place of its own if one is given."""

        def __call__(
            self, classifier: Classifier, path: Path, kind: str, quantised: ModelProto | None = None
        ) -> None: ...


_FORMATS: dict[str, tuple[Write, Callable[[Path, Preprocess, str], Runner]]] = {
    "onnx": (write_onnx, OnnxRuntime),
    "openvino": (write_openvino, OpenVino),
}


def check_quantisable(to: str, quantise: str | None, *, has_pictures: bool) -> None:
    """Raise `UsageError` unless the format can be quantised in this way, and there are pictures for it."""
    if quantise is None:
        if has_pictures:
            raise UsageError("--calibrate (in Python, calibrate) applies only with --quantise int8.")
        return
    if quantise != INT8:
        raise UsageError(f"a network can be quantised to {INT8}; got {quantise!r}.")
    if to not in _FORMATS:
        raise UsageError(f"only {' and '.join(_FORMATS)} files can be quantised; got {to}.")
    if not has_pictures:
        raise UsageError(
            "--quantise int8 needs pictures to calibrate on: --calibrate FOLDER_OR_DATA (in Python, calibrate=…)."
        )
    require_onnx()


def write_quantised(
    classifier: Classifier, to: str, path: Path, kind: str, pictures: CalibrationPictures
) -> Quantisation:
    """Write a quantised classifier in the format ``to``, and compare it with the one in single precision.

    Errors are those of :func:`.quantise_network` and of :func:`.build_onnx_model`.
    """
    from catseye.export.quantised_network import quantise_network

    write, make_runner = _FORMATS[to]
    batches = pictures.batches(classifier.preprocess)
    write(classifier, path, kind, quantise_network(module_of(classifier), classifier.description, batches))
    with tempfile.TemporaryDirectory() as folder:
        original = Path(folder) / path.name
        write(classifier, original, kind)
        before, after = (make_runner(each, classifier.preprocess, kind) for each in (original, path))
        sizes = _measure_size(original.parent), _measure_size(path.parent)
        return measure_quantisation(classifier, pictures, (before, after), sizes)


def _measure_size(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.iterdir())

"""ONNX files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.classifier.stored_network import module_of
from catseye.export.runtimes import OnnxRuntime, OpenVino, require_onnx
from catseye.inference.openvino_plugin import is_usable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Agreement, Runner


def write_onnx(classifier: Classifier, path: Path, kind: str) -> None:
    """Write a classifier as an ONNX file; errors are those of :func:`.build_onnx_model`.

    Raises
    ------
    UsageError
        What writes or runs it is not installed.
    """
    require_onnx()
    from catseye.export.onnx_model import build_onnx_model

    path.write_bytes(build_onnx_model(module_of(classifier), classifier.description, kind).SerializeToString())


def open_onnx(classifier: Classifier, path: Path, kind: str) -> Sequence[Runner]:
    """Return the file in ONNX Runtime and, where it can be used, in OpenVINO, which reads it too."""
    runners: list[Runner] = [OnnxRuntime(path, classifier.preprocess, kind)]
    if is_usable():
        runners.append(OpenVino(path, classifier.preprocess, kind))
    return runners


def note_agreements(path: Path, agreements: Sequence[Agreement]) -> None:
    """Write into an ONNX file's metadata in which runtimes it was checked, with the results."""
    import json

    import onnx

    from catseye.export.metadata import CHECKED

    model = onnx.load(path)
    entry = model.metadata_props.add()
    entry.key, entry.value = CHECKED, json.dumps([agreement.to_json() for agreement in agreements])
    path.write_bytes(model.SerializeToString())

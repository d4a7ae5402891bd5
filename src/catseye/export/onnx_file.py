"""ONNX files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.classifier.stored_network import module_of
from catseye.export.runtimes import OnnxRuntime, OpenVino, require_onnx
from catseye.inference.openvino_plugin import is_usable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from onnx import ModelProto

    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Runner


def write_onnx(classifier: Classifier, path: Path, kind: str, quantised: ModelProto | None = None) -> None:
    """Write a classifier to an ONNX file; arguments and errors are those of :func:`.build_onnx_model`.

    Raises
    ------
    UsageError
        A package that writes or runs it is not installed.
    """
    require_onnx()
    from catseye.export.onnx_model import build_onnx_model

    model = build_onnx_model(module_of(classifier), classifier.description, kind, quantised)
    path.write_bytes(model.SerializeToString())


def open_onnx(classifier: Classifier, path: Path, kind: str) -> Sequence[Runner]:
    """Load the file in ONNX Runtime and, if that is usable, in OpenVINO, which can read it too."""
    runners: list[Runner] = [OnnxRuntime(path, classifier.preprocess, kind)]
    if is_usable():
        runners.append(OpenVino(path, classifier.preprocess, kind))
    return runners


def add_onnx_metadata(path: Path, entries: Mapping[str, str]) -> None:
    """Add entries to an ONNX file's metadata."""
    import onnx

    model = onnx.load(path)
    for name, value in entries.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = name, value
    path.write_bytes(model.SerializeToString())


def read_onnx_metadata(path: Path) -> dict[str, str]:
    """Return the entries of an ONNX file's metadata.

    Raises
    ------
    UsageError
        A package that reads it is not installed.
    ValueError
        It is not an ONNX file.
    OSError
        It cannot be read.
    """
    require_onnx()
    from google.protobuf.message import DecodeError
    from onnx import ModelProto

    try:
        model = ModelProto.FromString(path.read_bytes())
    except DecodeError as error:
        raise ValueError("not ONNX") from error
    return {entry.key: entry.value for entry in model.metadata_props}

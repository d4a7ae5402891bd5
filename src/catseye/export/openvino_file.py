"""OpenVINO files: a graph, ``NAME.xml``, with its weights, ``NAME.bin``, beside it."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from catseye.classifier.stored_network import module_of
from catseye.errors import CatseyeError, UsageError, first_line
from catseye.export.runtimes import OpenVino

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from onnx import ModelProto

    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Runner


def write_openvino(classifier: Classifier, path: Path, kind: str, quantised: ModelProto | None = None) -> None:
    """Write a classifier to OpenVINO files; arguments and errors are those of :func:`.build_openvino_model`.

    Raises
    ------
    UsageError
        OpenVINO is not installed, or cannot be used in this process.
    CatseyeError
        The files cannot be written.
    """
    if not find_spec("openvino"):
        raise UsageError("OpenVINO files need one more package: pip install openvino")
    from catseye.inference.openvino_plugin import apart, is_usable

    if not is_usable():
        raise UsageError(
            "OpenVINO cannot be used in a process that was forked after its parent had loaded it; start the process "
            "with multiprocessing's start method spawn."
        )
    import openvino

    from catseye.export.openvino_model import build_openvino_model

    def write() -> None:
        model = build_openvino_model(module_of(classifier), classifier.description, kind, quantised)
        try:
            openvino.save_model(model, path, compress_to_fp16=False)
        except RuntimeError as error:  # OpenVINO does not pass on the system's reason
            raise CatseyeError(
                f"OpenVINO could not write its files ({first_line(error)}). The disk may be full. An earlier "
                "file is unchanged."
            ) from error

    apart(write)


def open_openvino(classifier: Classifier, path: Path, kind: str) -> Sequence[Runner]:
    """Load the files in OpenVINO."""
    return [OpenVino(path, classifier.preprocess, kind)]


def add_openvino_metadata(path: Path, entries: Mapping[str, str]) -> None:
    """Add entries to the graph's runtime information."""
    from xml.etree import ElementTree

    tree = ElementTree.parse(path)
    information = tree.getroot().find("rt_info")
    assert information is not None
    for name, value in entries.items():
        ElementTree.SubElement(information, name, {"value": value})
    tree.write(path, encoding="utf-8", xml_declaration=True)

"""The metadata of an exported file, read as untrusted input."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from catseye.errors import CatseyeError, UsageError
from catseye.export.agreement import Agreement
from catseye.export.metadata import CATSEYE, CHECKED, QUANTISED, describe_export
from catseye.export.onnx_file import read_onnx_metadata
from catseye.export.picture_graph import PICTURE
from catseye.export.quantisation import Quantisation

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.classifier.description import Description

_FORMATS = {".onnx": "ONNX", ".xml": "OpenVINO"}
_DESCRIBES = ("network", "preprocess", "classes", "calibration", "provenance")  # one classifier and no other
_MOST_RUNTIMES = 10


@dataclass(frozen=True)
class ExportedFile:
    """A classifier that was exported.

    Attributes
    ----------
    name : str
        The file's name.
    format : str
        ``"ONNX"`` or ``"OpenVINO"``.
    agreements : tuple of Agreement
        Its agreement in each runtime in which it was checked.
    quantisation : Quantisation or None
        What quantisation costs; ``None`` for a file in single precision.
    """

    name: str
    format: str
    agreements: tuple[Agreement, ...]
    quantisation: Quantisation | None

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return {
            "file": self.name,
            "format": self.format,
            "checked": [agreement.to_json() for agreement in self.agreements],
            "quantised": self.quantisation.to_json() if self.quantisation else None,
        }


def read_exported(path: Path, description: Description) -> ExportedFile:
    """Read how an .onnx or .xml file was checked and quantised.

    Raises
    ------
    UsageError
        It has another extension, or a package that reads it is not installed.
    CatseyeError
        It cannot be read, was not written by an export, or is not the classifier that ``description`` describes.
    """
    kind = path.suffix.lower()
    if kind not in _FORMATS:
        raise UsageError(
            f"an exported file that records how it was checked ends in {' or '.join(_FORMATS)}; got {path.name}."
        )
    try:
        found = read_onnx_metadata(path) if kind == ".onnx" else _read_xml(path)
        about = json.loads(found[CATSEYE])
        agreements = tuple(Agreement.from_json(one) for one in json.loads(found[CHECKED])[:_MOST_RUNTIMES])
        quantisation = Quantisation.from_json(json.loads(found[QUANTISED])) if QUANTISED in found else None
        own = json.loads(describe_export(description, PICTURE)[CATSEYE])
        is_other = any(about.get(name) != own.get(name) for name in _DESCRIBES)
    except OSError as error:
        raise CatseyeError(f"{path} cannot be read: {error.strerror}.") from error
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError) as error:
        raise CatseyeError(f"{path} was not written by catseye export, or has been changed since.") from error
    if is_other:
        raise CatseyeError(f"{path} was exported from another classifier; export this one.")
    return ExportedFile(path.name, _FORMATS[kind], agreements, quantisation)


def _read_xml(path: Path) -> dict[str, str]:
    try:
        information = ElementTree.parse(path).getroot().find("rt_info")
    except ElementTree.ParseError as error:
        raise ValueError("not XML") from error
    return {each.tag: each.get("value", "") for each in (() if information is None else information)}

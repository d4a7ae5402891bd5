"""The formats to which a classifier can be exported: how each is written and run."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from catseye.errors import UsageError
from catseye.export.keras_file import open_keras, write_keras
from catseye.export.onnx_file import open_onnx, write_onnx
from catseye.export.openvino_file import open_openvino, write_openvino
from catseye.export.picture_graph import PICTURE, TENSOR
from catseye.export.torch_file import open_torch, torch_files_beside, write_torch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Runner

    class Write(Protocol):
        """Writes a classifier to a new file."""

        def __call__(self, classifier: Classifier, path: Path, kind: str) -> None: ...


class Format(NamedTuple):
    """A format.

    Attributes
    ----------
    write : Callable
        ``(classifier, path, kind)``; all files written begin with the path's name.
    open : Callable
        Loads the file in its runtime, and in any other installed one that can read it.
    endings : tuple of str
        File extensions; the first is used in examples.
    folder : bool
        Whether a folder of numbered versions can be written.
    beside : Callable
        Returns the names of the files beside the main one, which is called ``stem``.
    """

    write: Write
    open: Callable[[Classifier, Path, str], Sequence[Runner]]
    endings: tuple[str, ...]
    folder: bool = False
    beside: Callable[[str], tuple[str, ...]] = lambda stem: ()  # noqa: ARG005


FORMATS = {
    "onnx": Format(write_onnx, open_onnx, (".onnx",)),
    "openvino": Format(write_openvino, open_openvino, (".xml",), folder=True, beside=lambda stem: (f"{stem}.bin",)),
    "torch": Format(write_torch, open_torch, (".pt2",), beside=torch_files_beside),
    "keras": Format(write_keras, open_keras, (".keras",)),
}


def find_format(name: str) -> Format:
    """Return a format by its name; raise `UsageError` if it is unknown."""
    if name not in FORMATS:
        raise UsageError(f"a classifier can be exported to {', '.join(FORMATS)} or web; got {name!r}.")
    return FORMATS[name]


def check_kind(name: str, kind: str) -> None:
    """Raise `UsageError` unless a format takes this input."""
    if kind not in (PICTURE, TENSOR):
        raise UsageError(f"input must be {PICTURE} or {TENSOR}; got {kind!r}.")
    if name == "keras" and kind == TENSOR:
        raise UsageError(
            "a .keras model takes pictures of the network's size and normalises them; leave out input='tensor'."
        )

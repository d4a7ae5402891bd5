"""PyTorch's exported programs."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.classifier.stored_network import module_of
from catseye.export.metadata import describe_export
from catseye.export.runtimes import give_input

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.arrays import Floats, Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Runner
    from catseye.images.preprocess import Preprocess


def write_torch(classifier: Classifier, path: Path, kind: str) -> None:
    """Write a classifier as an exported program (.pt2)."""
    import torch

    from catseye.export.torch_program import export_program

    program = export_program(module_of(classifier), classifier.description, kind)
    content = BytesIO()  # PyTorch itself reports a full disk in its own words
    torch.export.save(program, content, extra_files=describe_export(classifier.description, kind))
    path.write_bytes(content.getbuffer())


def open_torch(classifier: Classifier, path: Path, kind: str) -> Sequence[Runner]:
    """Return the file in PyTorch."""
    return [_Program(path, classifier.preprocess, kind)]


class _Program:
    """An exported program in PyTorch, on the processor."""

    def __init__(self, path: Path, preprocess: Preprocess, kind: str) -> None:
        import torch

        self.runtime = f"torch {torch.__version__}"
        self._module = torch.export.load(path).module()
        self._preprocess, self._kind = preprocess, kind

    def __call__(self, picture: Pixels) -> tuple[Floats, Any]:
        import torch

        given = torch.from_numpy(np.ascontiguousarray(give_input(picture, self._preprocess, self._kind)))
        with torch.inference_mode():
            probabilities, *scores = self._module(given)
        return probabilities[0].numpy(), scores[0][0].numpy() if scores else None

"""PyTorch files: an exported program, the weights as a state dict, and a loader for them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.classifier.stored_network import module_of
from catseye.export.metadata import describe_export
from catseye.export.runtimes import prepare_input
from catseye.export.torch_loader import LoaderRun, loader_name, weights_name, write_loader, write_state_dict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.arrays import Floats, Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Runner
    from catseye.images.preprocess import Preprocess


def torch_files_beside(stem: str) -> tuple[str, str]:
    """Return the names of the weights file and the loader beside a program called ``stem``."""
    return weights_name(stem), loader_name(stem)


def write_torch(classifier: Classifier, path: Path, kind: str) -> None:
    """Write a classifier as an exported program (.pt2), with the files of :func:`torch_files_beside` beside it."""
    import torch

    from catseye.export.torch_program import export_program

    network, description = module_of(classifier), classifier.description
    content = BytesIO()  # PyTorch would report a full disk in its own words
    torch.export.save(
        export_program(network, description, kind), content, extra_files=describe_export(description, kind)
    )
    path.write_bytes(content.getbuffer())
    weights, loader = torch_files_beside(path.stem)
    write_state_dict(network, description, path.with_name(weights))
    write_loader(network, description, path.with_name(loader), weights)


def open_torch(classifier: Classifier, path: Path, kind: str) -> Sequence[Runner]:
    """Load the program in PyTorch, and the weights with their loader."""
    from catseye.networks.structure import copy_structure

    loader = path.with_name(torch_files_beside(path.stem)[1])
    network = copy_structure(module_of(classifier))
    return [_Program(path, classifier.preprocess, kind), LoaderRun(classifier, loader, network)]


class _Program:
    """An exported program in PyTorch, on the CPU."""

    def __init__(self, path: Path, preprocess: Preprocess, kind: str) -> None:
        import torch

        self.runtime = f"torch {torch.__version__}"
        self._module = torch.export.load(path).module()
        self._preprocess, self._kind = preprocess, kind

    def __call__(self, picture: Pixels) -> tuple[Floats, Any]:
        import torch

        given = torch.from_numpy(np.ascontiguousarray(prepare_input(picture, self._preprocess, self._kind)))
        with torch.inference_mode():
            probabilities, *scores = self._module(given)
        return probabilities[0].numpy(), scores[0][0].numpy() if scores else None

"""Where a classifier lies: its own file, a run's folder, or a file of another framework.

PyTorch is imported only where a prediction cannot do without it.
"""

from __future__ import annotations

import shlex
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.classifier.description import Description
from catseye.classifier.header import compose, is_model, missing_network, read_description
from catseye.classifier.stored_network import StoredNetwork
from catseye.errors import UsageError
from catseye.evaluation.calibration import Calibration
from catseye.networks.endings import ENDINGS, is_other
from catseye.networks.imagenet import CLASSES, class_names
from catseye.networks.names import BACKBONES, is_custom, is_definition, is_lesson
from catseye.networks.pretrained_weights import pretrained
from catseye.system.files import check_folder, is_folder, is_there, write_atomically

if TYPE_CHECKING:
    from torch import nn

    from catseye.classifier.stated import Stated
    from catseye.networks.custom import CustomNetwork

ENDING = ".safetensors"
FILE_NAME = f"classifier{ENDING}"


def _untrained(network: str) -> str:
    """Return what to do with the name or the text of a network in place of a classifier."""
    line = shlex.join(["catseye", "train", "DATA", "--network", network, "--out", "RUN"])
    return f"there is no classifier at {network}: it is a network that is not trained yet. Train it first: {line}"


def read_classifier(
    path: Path, stated: Stated, custom: CustomNetwork | None = None
) -> tuple[nn.Module | StoredNetwork, Description]:
    """Return the network and the description in a file, or in the file in a run's folder.

    ``stated`` is for files of other frameworks, ``custom`` a network that was written in Python. Errors are those of
    :meth:`catseye.Classifier.load`.
    """
    file = path / FILE_NAME if is_folder(path) else path
    if not (is_there(file) and file.is_file()):
        inside = f"; it holds no {FILE_NAME} (is its training finished?)" if is_folder(path) else ""
        if is_lesson(str(path)) or is_definition(str(path)):
            raise UsageError(_untrained(str(path)))
        near = get_close_matches(str(path), BACKBONES, n=3, cutoff=0.7)
        advice = f"; did you mean the backbone {' or '.join(near)}?" if near else "."
        raise UsageError(f"there is no classifier at {path}{inside}{advice}")
    if is_other(file) or ((custom is not None or stated.network is not None) and not is_model(file)):
        from catseye.classifier.other_files import read_custom, read_other

        return read_other(file, stated) if custom is None else read_custom(file, stated, custom)
    description = read_description(file)
    if not stated.is_empty:
        if stated.network is not None and is_custom(description.network_name):
            raise missing_network(file, description)
        raise UsageError(f"{file} says itself what it is; leave out network, classes, shape, mean and std.")
    if custom is None and not is_custom(description.network_name):
        return StoredNetwork.read(file, description), description
    from catseye.classifier.file import read_network

    return read_network(file.read_bytes(), file, description, custom), description


def read_backbone(name: str, weights: str | Path | None, home: Path) -> tuple[nn.Module | StoredNetwork, Description]:
    """Return a backbone for ImageNet's classes; errors are those of :meth:`catseye.Classifier.pretrained`."""
    found = pretrained(name, weights, home, whole=False)
    if found.classes not in (0, CLASSES):
        raise UsageError(f"{found.origin} is for {found.classes} classes, not ImageNet's 1,000.")
    classes = class_names() if found.classes else ()
    provenance = {"weights": {"origin": found.origin, "sha256": found.digest}, "data": {"name": "ImageNet-1k"}}
    description = Description(name, {}, found.preprocess, classes, Calibration(), provenance)
    if not classes:
        return found.network, description
    return StoredNetwork(compose(found.arrays, description), Path(name), description), description


def require_classes(name: str, classes: tuple[str, ...]) -> None:
    """Raise `UsageError` for a network without classes, of which the weights of the dense layers are missing."""
    if not classes:
        raise UsageError(
            f"{name} has no classes, as its weights have no dense layers: maps and ideal pictures of channels are all "
            "that it can show. Bring the whole weights for the rest."
        )


def write_classifier(path: Path, network: nn.Module | StoredNetwork, description: Description) -> Path:
    """Write a classifier in the form that the ending of ``path`` names, which is returned.

    Errors are those of :meth:`catseye.Classifier.save`.
    """
    if path.suffix.lower() != ENDING and not path.name.lower().endswith(ENDINGS):
        raise UsageError(
            f"a classifier is saved as a {ENDING} file; got {path}. figure() draws its description. Other frameworks "
            f"read {', '.join(ENDINGS)}."
        )
    require_classes(description.network_name, description.classes)
    check_folder(path)
    is_ours = path.suffix.lower() == ENDING
    content = network.content_for(description) if is_ours and isinstance(network, StoredNetwork) else None
    if content is not None:
        write_atomically(path, content)
        return path
    module = network.give() if isinstance(network, StoredNetwork) else network
    if is_ours:
        from catseye.classifier.file import write_model

        write_model(path, module, description)
    else:
        from catseye.classifier.other_files import write_other

        write_other(path, module, description)
    return path

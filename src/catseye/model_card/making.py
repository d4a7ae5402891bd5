"""A card is made of a run, of a classifier's file, or of a classifier in memory."""

from __future__ import annotations

import shlex
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.classifier.storage import FILE_NAME
from catseye.datasets.info import LABEL
from catseye.errors import CatseyeError
from catseye.model_card.model_card import ModelCard
from catseye.networks.names import is_backbone
from catseye.runs.command import transfer_command
from catseye.runs.folder import RunFolder
from catseye.system.files import is_folder
from catseye.training.choices import own_loss_name
from catseye.training.recipe import Recipe

if TYPE_CHECKING:
    from catseye.classifier.classifier import Classifier
    from catseye.runs.request import Request

RECIPE = "recipe.json"  # of the run's folder


def make_card(classifier: Classifier, path: Path | None, name: str) -> ModelCard:
    """Return the card of a classifier.

    Parameters
    ----------
    classifier
    path
        Of its file or of its run's folder, if it has one.
    name
        What a classifier without a file is called: a backbone's name, or its network's.

    Raises
    ------
    CatseyeError
        The file or the run cannot be read.
    """
    if path is None:
        return ModelCard(name, name if is_backbone(name) else FILE_NAME, classifier.description)
    file = path / FILE_NAME if is_folder(path) else path
    try:
        digest = sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise CatseyeError(f"{file} cannot be read: {error.strerror}.") from error
    if not is_folder(path):
        return ModelCard(file.stem, file.name, classifier.description, digest)
    own, folder = path.resolve().name, RunFolder(path)
    request = folder.read_request()
    result = folder.read_result() if request else None
    command = _command(request) if request and result and not result.search else ""
    return ModelCard(own, own, classifier.description, digest, result, command)


def _command(request: Request) -> str:
    """Return the command that repeats a run, which names the last part of a path alone; empty if none can."""
    recipe, data = request.recipe, request.data.rstrip("/").rpartition("/")[2]
    if isinstance(recipe, Recipe):
        if own_loss_name(recipe.loss) or request.metrics:
            return ""
        size = ["--size", "x".join(map(str, request.size))] if request.size else []
        words = ["catseye", "train", data, "--network", request.network, "--recipe", RECIPE, *size]
        label = ["--label", request.label] if request.label not in (None, LABEL) and not request.options else []
        return shlex.join([*words, *label, *request.options, "--out", "RUN"])
    if request.update:
        added = request.added.rstrip("/").rpartition("/")[2]
        return shlex.join(["catseye", "transfer", added, "--update", Path(request.update).name, "--out", "RUN"])
    weights = Path(request.weights).name if request.weights else None
    return transfer_command(recipe, data, weights, request.label, recipe.fine_tuning, request.options)

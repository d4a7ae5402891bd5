"""Making a card from a run, a classifier's file, or a classifier in memory."""

from __future__ import annotations

import shlex
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.classifier.storage import FILE_NAME
from catseye.datasets.info import LABEL, is_in_memory
from catseye.errors import CatseyeError
from catseye.model_card.model_card import ModelCard
from catseye.model_card.provenance import read_mapping, read_text
from catseye.networks.names import is_backbone, is_custom
from catseye.networks.titles import network_title
from catseye.runs.command import split_option, transfer_command
from catseye.runs.folder import RunFolder
from catseye.system.files import is_folder
from catseye.training.choices import own_loss_name
from catseye.training.recipe import Recipe
from catseye.transfer_learning.recipe import default_fine_tuning

if TYPE_CHECKING:
    from catseye.classifier.classifier import Classifier
    from catseye.runs.request import Request
    from catseye.transfer_learning.recipe import TransferRecipe

RECIPE = "recipe.json"  # in the run's folder


def make_card(classifier: Classifier, path: Path | None, name: str) -> ModelCard:
    """Make the card of a classifier.

    Parameters
    ----------
    classifier
    path
        Its file or its run's folder, if it has one.
    name
        The name of a classifier without a file: a backbone's name, or its network's.

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
        title = _make_title(classifier) if file.name == FILE_NAME else file.stem
        return ModelCard(title, file.name, classifier.description, digest)
    own, folder = path.resolve().name, RunFolder(path)
    request = folder.read_request()
    result = folder.read_result() if request else None
    command = _make_command(request, result.recipe) if request and result else ""
    return ModelCard(own, own, classifier.description, digest, result, command)


def _make_title(classifier: Classifier) -> str:
    """Return a title for a classifier whose file has the default name."""
    network, data = network_title(classifier.network_name), read_mapping(classifier.provenance, "data")
    name = read_text(data, "name")
    return f"{network} on {name}" if name else network


def _make_command(request: Request, recipe: Recipe | TransferRecipe) -> str:
    """Return the command that reproduces a run, with only the last part of each path; empty if none can."""
    data = request.data.rstrip("/").rpartition("/")[2]
    if is_in_memory(request.data) or is_custom(request.network):
        return ""
    if isinstance(recipe, Recipe):
        if own_loss_name(recipe.loss) or request.metrics:
            return ""
        size = ["--size", "x".join(map(str, request.size))] if request.size else []
        words = ["catseye", "train", data, "--network", request.network, "--recipe", RECIPE, *size]
        label = ["--label", request.label] if request.label not in (None, LABEL) and not request.options else []
        return shlex.join([*words, *label, *request.options, *split_option(request.split), "--out", "RUN"])
    if request.update:
        added = request.added.rstrip("/").rpartition("/")[2]
        return shlex.join(["catseye", "transfer", added, "--update", Path(request.update).name, "--out", "RUN"])
    weights = Path(request.weights).name if request.weights else None
    usual = default_fine_tuning(1, recipe.seed)  # whatever depends on the number of pictures is always stated
    return transfer_command(recipe, data, weights, request.label, usual, request.options, request.split)

"""Pushing a classifier to a repository: its file, its card and its labels, in one commit."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING

from catseye.classifier.storage import FILE_NAME
from catseye.errors import CatseyeError
from catseye.hub.library import open_hub, translate_errors
from catseye.hub.shared_classifier import SharedClassifier

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.classifier.description import Description
    from catseye.hub.repository import Repository

CARD, CONFIG = "README.md", "config.json"


def push_classifier(
    repository: Repository,
    file: Path,
    description: Description,
    card: str,
    *,
    private: bool,
    replace_card: bool,
    add: Sequence[Path],
) -> SharedClassifier:
    """Push a classifier to a repository, which is created if it does not exist.

    Parameters
    ----------
    repository
    file
        The classifier's own file.
    description
        The contents of that file's header.
    card
        The model card in Markdown.
    private
        Whether a new repository is private.
    replace_card
        Whether to replace an existing card, which may have been edited.
    add
        More files to push, such as exports; they keep their names.

    Raises
    ------
    ModuleNotFoundError
        The hub's library is not installed.
    CatseyeError
        A file cannot be read, or the hub refuses. At most, an empty repository has been created then.
    """
    hub = open_hub()
    try:
        contents = {FILE_NAME: file.read_bytes(), **{path.name: path.read_bytes() for path in add}}
    except OSError as error:
        raise CatseyeError(f"{error.filename} cannot be read: {error.strerror}.") from error
    from huggingface_hub import CommitOperationAdd

    with translate_errors(repository):
        # None rather than False: the default of the account or organisation may be private.
        hub.create_repo(repository.name, private=private or None, exist_ok=True)
        keeps_card = not replace_card and hub.file_exists(repository.name, CARD)
        contents |= {CONFIG: _make_config(description), **({} if keeps_card else {CARD: card.encode(errors="replace")})}
        operations = [CommitOperationAdd(name, content) for name, content in contents.items()]
        commit = hub.create_commit(repository.name, operations, commit_message="Upload a Catseye classifier")
    note = f"{CARD} already exists and was kept; --replace-card (replace_card=True) replaces it."
    digest = sha256(contents[FILE_NAME]).hexdigest()
    return SharedClassifier(repository.name, commit.oid, tuple(contents), digest, (note,) if keeps_card else ())


def _make_config(description: Description) -> bytes:
    """Return ``config.json``, in which the hub and other programs look for the labels by number."""
    labels = {str(number): name for number, name in enumerate(description.classes)}
    config = {
        "model_type": "catseye",
        "architectures": [description.network_name],
        "id2label": labels,
        "label2id": {name: int(number) for number, name in labels.items()},
    }
    return (json.dumps(config, indent=1, ensure_ascii=False) + "\n").encode(errors="replace")

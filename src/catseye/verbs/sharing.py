"""Sharing classifiers in Hugging Face repositories."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.arguments import with_checked_arguments
from catseye.classifier.storage import FILE_NAME
from catseye.errors import with_short_traceback
from catseye.hub.pulling import pull_classifier
from catseye.hub.pushing import push_classifier
from catseye.hub.repository import Repository
from catseye.model_card.markdown import to_markdown
from catseye.verbs.model_card import card
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from catseye.hub.shared_classifier import SharedClassifier
    from catseye.verbs.sources import ClassifierSource


@with_short_traceback
@with_checked_arguments
def push(
    classifier: ClassifierSource,
    repository: str,
    *,
    private: bool = False,
    replace_card: bool = False,
    add: Iterable[str | Path] = (),
) -> SharedClassifier:
    """Push a classifier to a Hugging Face repository: its file, its model card, its labels.

    The token comes from ``hf auth login`` or ``HF_TOKEN``.

    Parameters
    ----------
    classifier
        A classifier or run, or the path of either.
    repository
        ``"OWNER/NAME"``; created if it does not exist.
    private
        Make a new repository private.
    replace_card
        Replace an existing ``README.md``, which may have been edited.
    add
        More files to push, such as exports.

    Raises
    ------
    UsageError
        The classifier or the repository's name is invalid, or the package ``huggingface_hub`` is not installed.
    CatseyeError
        A file cannot be read, or the hub refuses.
    """
    wanted = Repository.read(repository)
    opened, _ = open_classifier(classifier)
    markdown = to_markdown(card(classifier))
    with tempfile.TemporaryDirectory() as folder:
        file = opened.save(Path(folder) / FILE_NAME)
        return push_classifier(
            wanted,
            file,
            opened.description,
            markdown,
            private=private,
            replace_card=replace_card,
            add=[Path(path) for path in add],
        )


@with_short_traceback
@with_checked_arguments
def pull(repository: str, out: str | Path) -> SharedClassifier:
    """Pull a classifier from a Hugging Face repository into a new folder, for :func:`predict`.

    Only the classifier's file is downloaded; it is checked against the hub's SHA-256, and like every classifier's file.

    Parameters
    ----------
    repository
        ``"OWNER/NAME"`` or ``"OWNER/NAME@REVISION"``: a branch, a tag or the hash of a commit.
    out
        The folder, which must not exist yet.

    Raises
    ------
    UsageError
        The repository's name is invalid, the folder exists, or the package ``huggingface_hub`` is not installed.
    CatseyeError
        The hub has no such repository, or it holds no valid classifier.
    """
    return pull_classifier(Repository.read(repository), Path(out))

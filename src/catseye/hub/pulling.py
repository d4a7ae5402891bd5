"""Pulling a classifier from an untrusted repository: one file is downloaded, verified and moved into place."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catseye.classifier.header import read_description
from catseye.classifier.storage import FILE_NAME
from catseye.errors import CatseyeError
from catseye.hub.library import open_hub, translate_errors
from catseye.hub.shared_classifier import SharedClassifier
from catseye.system.staged_folder import check_free, staged

if TYPE_CHECKING:
    from catseye.hub.repository import Repository

_LARGEST = 4 * 2**30  # bytes; the largest backbone has 0.6 GB
_DOWNLOAD = ".download"


def pull_classifier(repository: Repository, folder: Path) -> SharedClassifier:
    """Download the classifier of a repository into a folder for ``catseye predict``.

    Nothing else of the repository is downloaded, neither code nor its card.

    Parameters
    ----------
    repository
    folder
        It must not exist, or be empty.

    Raises
    ------
    ModuleNotFoundError
        The hub's library is not installed.
    UsageError
        ``folder`` already exists.
    CatseyeError
        The repository does not exist or has no classifier, its file does not match the hub's checksum or is not a
        classifier, or it cannot be written. Nothing is left behind.
    """
    hub = open_hub()
    check_free(folder)
    with translate_errors(repository):
        info = hub.model_info(repository.name, revision=repository.revision, files_metadata=True)
    found = next((file for file in info.siblings or () if file.rfilename == FILE_NAME), None)
    if found is None:
        raise CatseyeError(f"{repository.name} has no {FILE_NAME}: it was not made by catseye push.")
    if not isinstance(found.size, int) or found.size > _LARGEST:
        raise CatseyeError(
            f"{FILE_NAME} of {repository.name} has {found.size} bytes according to the hub; expected at most 4 GB."
        )
    with staged(folder) as made:
        with translate_errors(repository):
            path = Path(
                hub.hf_hub_download(repository.name, FILE_NAME, revision=info.sha, local_dir=made.parent / _DOWNLOAD)
            )
        digest = _verify(path, found, repository)
        path.replace(made / FILE_NAME)
    return SharedClassifier(repository.name, str(info.sha), (str(folder / FILE_NAME),), digest)


def _verify(path: Path, stated: Any, repository: Repository) -> str:
    """Return the file's SHA-256; raise `CatseyeError` unless it matches the hub's and the file is a classifier."""
    named = f"{FILE_NAME} of {repository.name}"
    if path.is_symlink() or path.stat().st_size != stated.size:
        raise CatseyeError(f"{named} is incomplete: {path.stat().st_size:,} of {stated.size:,} bytes. Pull it again.")
    digest = sha256(path.read_bytes()).hexdigest()
    if stated.lfs and stated.lfs.sha256 != digest:
        raise CatseyeError(f"{named} does not match the hub's SHA-256 checksum. Pull it again.")
    try:
        read_description(path)
    except CatseyeError as error:
        raise CatseyeError(str(error).replace(str(path), named)) from error
    return digest

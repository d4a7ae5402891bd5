"""The classifiers that are served, by name and version."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from catseye.classifier.alone import predict_alone
from catseye.classifier.classifier import Classifier
from catseye.classifier.storage import FILE_NAME, require_classes
from catseye.errors import UsageError
from catseye.serve.refusal import RefusalError
from catseye.system.files import is_folder, is_there

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from catseye.arrays import Pixels

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_GIVEN = re.compile(r"([^=:]*)(?::([^=]*))?=(.+)", re.DOTALL)
_VERSION = re.compile(r"[0-9]{1,18}")
FIRST_VERSION = "1"
NAME_RULE = "1 to 64 ASCII letters, digits, '.', '_' and '-', beginning with a letter or digit"


@dataclass(frozen=True)
class Source:
    """Where a classifier is stored, and what clients call it.

    Attributes
    ----------
    name : str
        ASCII letters, digits, ``.``, ``_`` and ``-``.
    version : str
        A whole number.
    path : Path or None
        A run's folder, a classifier's file, or the name of a backbone; ``None`` for a classifier passed in Python.
    """

    name: str
    version: str
    path: Path | None

    def stamp(self) -> tuple[int, ...]:
        """Return modification time, size and inode, which change when the file is replaced; empty without a file."""
        if self.path is None:
            return ()
        try:
            found = (self.path / FILE_NAME if is_folder(self.path) else self.path).stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_size, found.st_ino


@dataclass(frozen=True, eq=False)
class ServedModel:
    """A classifier that is loaded and warmed up.

    Attributes
    ----------
    source : Source
    classifier : Classifier
    stamp : tuple of int
        That of its source when it was loaded.
    seconds : float
        That the network takes for a picture.
    """

    source: Source
    classifier: Classifier
    stamp: tuple[int, ...] = ()
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """What clients call the model."""
        return self.source.name

    @property
    def version(self) -> str:
        """What clients call this version of it."""
        return self.source.version


def load_served(source: Source) -> ServedModel:
    """Load a classifier and classify a black picture with it, so that nothing is left to load.

    Raises
    ------
    CatseyeError
        There is no classifier, or it is damaged.
    """
    stamp = source.stamp()
    return warm_up(ServedModel(source, Classifier.load(str(source.path)), stamp))


def warm_up(served: ServedModel) -> ServedModel:
    """Return the model after its first prediction, with the time of another; raise `CatseyeError` if it fails."""
    classifier = served.classifier
    require_classes(classifier.network_name, classifier.classes)
    _predict_black(classifier)
    began = time.perf_counter()
    predict_alone(classifier, _black_picture(classifier), ["black"])
    return replace(served, seconds=time.perf_counter() - began)


def _predict_black(classifier: Classifier) -> None:
    """Load both forms of a classifier's network: the one for a busy server, and the one for an idle server."""
    for busy in (True, False):
        predict_alone(classifier, _black_picture(classifier), ["black"], busy=busy)


def _black_picture(classifier: Classifier) -> Pixels:
    height, width, channels = classifier.preprocess.shape
    return np.zeros((1, channels, height, width), np.uint8)


def read_sources(given: Sequence[str | Path]) -> tuple[Source, ...]:
    """Return the classifiers that ``RUN``, ``NAME=RUN`` and ``NAME:VERSION=RUN`` name.

    A folder of numbered folders, each a run, holds the versions of a model.

    Raises
    ------
    UsageError
        Two have the same name and version, or a name is invalid.
    """
    found = [source for one in given for source in _read(str(one))]
    if not found:
        raise UsageError("there is nothing to serve: give at least one run, classifier file or backbone.")
    known: set[tuple[str, str]] = set()
    for source in found:
        if (source.name, source.version) in known:
            raise UsageError(
                f"two classifiers have the name {source.name} and the version {source.version}; give each its own name "
                "or version: NAME=RUN or NAME:VERSION=RUN."
            )
        known.add((source.name, source.version))
    return tuple(found)


def is_name(name: object) -> bool:
    """Say whether this is a valid name for a model."""
    return isinstance(name, str) and _NAME.fullmatch(name) is not None


def _read(given: str) -> Iterable[Source]:
    match = None if is_there(given) else _GIVEN.fullmatch(given)
    if not match:
        return _find_versions(derive_name(given), Path(given))
    name, version, path = match.groups()
    if not is_name(name) or (version is not None and not _VERSION.fullmatch(version)):
        raise UsageError(
            f"there is no classifier at {given}, and it is not NAME=RUN or NAME:VERSION=RUN either: a name is "
            f"{NAME_RULE}; a version is a whole number."
        )
    return [Source(name, version, Path(path))] if version else _find_versions(name, Path(path))


def _find_versions(name: str, path: Path) -> list[Source]:
    """Return the classifier at a path, or all versions in a folder, in numerical order."""
    if is_folder(path) and not is_there(path / FILE_NAME):
        runs = [entry for entry in path.iterdir() if _VERSION.fullmatch(entry.name) and _is_run(entry)]
        if runs:
            return [Source(name, entry.name, entry) for entry in sorted(runs, key=lambda entry: int(entry.name))]
    return [Source(name, FIRST_VERSION, path)]


def _is_run(path: Path) -> bool:
    return is_there(path / FILE_NAME)


def derive_name(path: str) -> str:
    """Derive a model's name from its path: the last part, with only valid characters."""
    file = Path(os.path.abspath(path))  # noqa: PTH100 (resolve would follow a link, but its own name is wanted)
    last = file.parent.name if file.name == FILE_NAME else file.name.removesuffix(".safetensors")
    return _to_valid_name(last) or "classifier"


def _to_valid_name(text: str) -> str:
    """Return a folder's or file's name with only valid characters; empty if none are left."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", text).lstrip("._-")[:64]


class Models:
    """All models, any of which may be replaced while the others answer."""

    def __init__(self, served: Iterable[ServedModel]) -> None:
        self._served = {(one.name, one.version): one for one in served}

    def __iter__(self) -> Iterator[ServedModel]:
        return iter(tuple(self._served.values()))

    def warm_up_after_fork(self) -> None:
        """Load, in a forked process, what it cannot inherit: compiled networks and threads."""
        for served in self:
            _predict_black(served.classifier)

    def put(self, served: ServedModel) -> None:
        """Add a model, or replace the one of the same name and version."""
        self._served[served.name, served.version] = served

    @property
    def names(self) -> list[str]:
        """The names, each once, in the order given."""
        return list(dict.fromkeys(name for name, _ in list(self._served)))

    def versions(self, name: str) -> list[str]:
        """Return the versions of a model, oldest first; raise `RefusalError` if there is no such model."""
        found = [version for known, version in list(self._served) if known == name]
        if not found:
            raise RefusalError(404, f"There is no model with that name; available: {', '.join(self.names)}.")
        return sorted(found, key=lambda version: (int(version), version))

    def find(self, name: str | None = None, version: str | None = None) -> ServedModel:
        """Return a model, by default the first, in a version, by default the newest; or raise `RefusalError`."""
        name = self.names[0] if name is None else name
        name = name if name in self.names else _to_valid_name(name)  # clients may send the folder's own name
        versions = self.versions(name)
        if version is not None and version not in versions:
            raise RefusalError(404, f"{name} does not have that version; available: {', '.join(versions)}.")
        return self._served[name, version or versions[-1]]

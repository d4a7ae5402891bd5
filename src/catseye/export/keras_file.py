"""Keras files."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError
from catseye.export.keras_process import Keras, KerasNotStartedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.arrays import Floats, Pixels
    from catseye.classifier.classifier import Classifier
    from catseye.export.agreement import Runner


def write_keras(classifier: Classifier, path: Path, kind: str) -> None:
    """Write a classifier as a ``.keras`` file.

    Raises
    ------
    UsageError
        Keras does not support the network.
    OSError
        The file cannot be written.
    """
    del kind
    try:
        classifier.save(path)
    except CatseyeError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None  # to be reported with the requested path, not this temporary one
        raise


def open_keras(classifier: Classifier, path: Path, kind: str) -> Sequence[Runner]:
    """Load the file in Keras if that is installed and starts, otherwise with Catseye's own reader."""
    del kind
    if not find_spec("keras"):
        return [_CatseyeReader(classifier, path, "Keras is not installed")]
    try:
        return [Keras(classifier, path)]
    except KerasNotStartedError as error:
        return [_CatseyeReader(classifier, path, f"Keras does not start: {error}")]


class _CatseyeReader:
    """A Keras file, loaded by Catseye."""

    def __init__(self, classifier: Classifier, path: Path, reason: str) -> None:
        self.runtime = f"catseye's own reader ({reason})"
        self._classifier = type(classifier).load(path)

    def __call__(self, picture: Pixels) -> tuple[Floats, None]:
        from catseye.images.preprocess import to_image

        return self._classifier.predict(to_image(picture))[0].probabilities, None

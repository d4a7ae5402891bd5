"""Keras's files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
        Keras has no such network.
    """
    del kind
    classifier.save(path)


def open_keras(classifier: Classifier, path: Path, kind: str) -> Sequence[Runner]:
    """Return the file in Keras if that is installed, else as it is read by Catseye."""
    del kind
    keras = _import_keras()
    return [_Reread(classifier, path) if keras is None else _Keras(classifier, path, keras)]


def _import_keras() -> object | None:
    try:
        import keras
    except Exception:  # it is not installed, or none of its backends is
        return None
    found: object = keras
    return found


class _Keras:
    """A model in Keras, which is given pictures of the network's own size."""

    def __init__(self, classifier: Classifier, path: Path, keras: object) -> None:
        self.runtime = f"keras {keras.__version__}"  # type: ignore[attr-defined]
        self._model = keras.saving.load_model(path, compile=False)  # type: ignore[attr-defined]
        self._preprocess = classifier.preprocess

    def __call__(self, picture: Pixels) -> tuple[Floats, None]:
        from catseye.images.preprocess import to_image

        pixels = self._preprocess.pixels(to_image(picture)).transpose(1, 2, 0)
        return np.asarray(self._model(pixels[None].astype(np.float32)))[0], None


class _Reread:
    """A file as Catseye reads it."""

    def __init__(self, classifier: Classifier, path: Path) -> None:
        self.runtime = "catseye's own reader, as Keras is not installed"
        self._classifier = type(classifier).load(path)

    def __call__(self, picture: Pixels) -> tuple[Floats, None]:
        from catseye.images.preprocess import to_image

        return self._classifier.predict(to_image(picture))[0].probabilities, None

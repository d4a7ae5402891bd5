"""Classifiers from and for other frameworks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from catseye.arguments import with_checked_arguments
from catseye.classifier.classifier import Classifier
from catseye.errors import with_short_traceback
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from catseye.classifier.stated import Classes, Numbers
    from catseye.verbs.sources import ClassifierSource


@with_short_traceback
@with_checked_arguments
def convert(
    classifier: ClassifierSource,
    *,
    network: str | None = None,
    classes: Classes = None,
    shape: tuple[int, int, int] | str | None = None,
    mean: Numbers = None,
    std: Numbers = None,
) -> Classifier:
    """Read a classifier from another framework's file, or write one for it: ``save`` writes by the file's ending.

    Parameters
    ----------
    classifier
        The path of a ``.keras`` or ``.weights.h5`` file of Keras 3, or of a PyTorch state dict (.pth, .pt or
        .safetensors); or a classifier or run, or the path of either.
    network, classes, shape, mean, std
        What the file does not say; see :meth:`catseye.Classifier.load`.

    Raises
    ------
    UsageError
        There is no such file, or what it leaves open is missing or does not fit.
    CatseyeError
        The file cannot be read, or a network's text cannot say the same.

    Examples
    --------
    With a run of ``catseye train digits --out my-run``:

    >>> import catseye
    >>> path = catseye.convert("my-run").save("digits.keras")
    >>> catseye.convert(path).network_name[:29]
    'conv 32 same no bias linear, '
    """
    if isinstance(classifier, str | Path):
        return Classifier.load(classifier, network, classes=classes, shape=shape, mean=mean, std=std)
    return open_classifier(classifier)[0]

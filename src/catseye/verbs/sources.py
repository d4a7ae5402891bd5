"""What a verb is given: a classifier in any form."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from catseye.arguments import received
from catseye.classifier.classifier import Classifier
from catseye.classifier.storage import require_classes
from catseye.errors import UsageError
from catseye.networks.names import is_backbone

if TYPE_CHECKING:
    from catseye.runs.run import Run

ClassifierSource: TypeAlias = "Classifier | Run | str | Path"


def open_classifier(
    source: ClassifierSource, weights: str | Path | None = None, *, needs_classes: bool = True
) -> tuple[Classifier, str]:
    """Return a classifier, and what it is called in answers.

    Parameters
    ----------
    source
        A classifier or finished run; the path of a run's folder or of a classifier's file; a backbone's name.
    weights
        A file of weights for the backbone that ``source`` names.
    needs_classes
        Refuse a backbone without its dense layers.

    Raises
    ------
    UsageError
        It is something else, or there is no such file or backbone; there are weights for anything but a backbone.
    CatseyeError
        The classifier cannot be read, or a backbone's weights cannot be obtained.
    """
    if weights is not None and not (isinstance(source, str | Path) and is_backbone(str(source))):
        named = str(source) if isinstance(source, Path) else source
        raise UsageError(f"weights are for a backbone, e.g. vgg16, not for {received(named)}.")
    opened, name = _opened(source, weights)
    if needs_classes:
        require_classes(opened.network_name, opened.classes)
    return opened, name


def _opened(source: ClassifierSource, weights: str | Path | None) -> tuple[Classifier, str]:
    if isinstance(source, str | Path):
        loaded = Classifier.load(source) if weights is None else Classifier.pretrained(str(source), weights=weights)
        return loaded, str(source)
    if isinstance(source, Classifier):
        return source, _title(source)
    from catseye.runs.run import Run  # which takes a while, and a path needs none of it

    if isinstance(source, Run):
        return source.classifier, source.folder.name if source.folder else _title(source.classifier)
    raise UsageError(
        "the first argument must be a classifier, a run, the path of either or a backbone's name; "
        f"got {received(source)}."
    )


def _title(classifier: Classifier) -> str:
    from catseye.networks.titles import network_title

    return network_title(classifier.network_name)

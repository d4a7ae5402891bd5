"""What a verb is given: a classifier in any form."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from catseye.classifier.classifier import Classifier
from catseye.runs.run import Run

ClassifierSource: TypeAlias = "Classifier | Run | str | Path"


def open_classifier(source: ClassifierSource) -> tuple[Classifier, str]:
    """Return a classifier, and what it is called in answers.

    Parameters
    ----------
    source
        A classifier or finished run; the path of a run's folder or of a classifier's file; a backbone's name.

    Raises
    ------
    UsageError
        There is no such file or backbone.
    CatseyeError
        The classifier cannot be read, or a backbone's weights cannot be obtained.
    """
    if isinstance(source, Run):
        return source.classifier, source.folder.name if source.folder else source.classifier.network_name
    if isinstance(source, Classifier):
        return source, source.network_name
    return Classifier.load(source), str(source)

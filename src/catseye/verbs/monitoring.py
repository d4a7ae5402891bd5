"""Whether served pictures still resemble those that the classifier was trained on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from catseye.arguments import with_checked_arguments
from catseye.classifier.classifier import Classifier
from catseye.errors import with_short_traceback
from catseye.serve.drift import compare_halves, compare_with_training
from catseye.serve.drift_log import read_log
from catseye.serve.models import derive_name
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from catseye.serve.drift import Drift
    from catseye.verbs.sources import ClassifierSource


@with_short_traceback
@with_checked_arguments
def drift(log: str | Path, *, model: ClassifierSource | None = None, name: str | None = None) -> Drift:
    """Compare served pictures with the training pictures, or the later half of them with the first.

    Parameters
    ----------
    log
        The file that ``catseye serve --log`` or ``create_application(log=…)`` wrote.
    model
        A classifier or run, or the path of either, whose training pictures are the reference. ``None``: the first half
        of the log is the reference.
    name
        The model in the log, ``NAME`` or ``NAME:VERSION``, if the log has several; by default the name under which
        ``model`` is served.

    Raises
    ------
    UsageError
        The log is too short, has several models and none is named, or has no model of that name.
    CatseyeError
        The log or the classifier cannot be read, or SciPy, which the tests need, is not installed.
    """
    if model is None:
        return compare_halves(read_log(Path(log), name))
    opened, title = open_classifier(model)
    default_name = None if isinstance(model, Classifier) else derive_name(title)
    return compare_with_training(read_log(Path(log), name, default_name), opened.description)

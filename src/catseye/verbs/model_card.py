"""The model card of a classifier."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.arguments import with_checked_arguments
from catseye.errors import with_short_traceback
from catseye.export.exported_file import read_exported
from catseye.model_card.making import make_card
from catseye.system.files import is_there
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from catseye.model_card.model_card import ModelCard
    from catseye.verbs.sources import ClassifierSource


@with_short_traceback
@with_checked_arguments
def card(classifier: ClassifierSource, *, exported: str | Path | None = None) -> ModelCard:
    """Describe a classifier for its users: purpose, data, accuracy, limits, licences, use.

    Parameters
    ----------
    classifier
        A run or classifier, the path of either, or a backbone's name. A run's card is the most complete; that of a
        classifier's file is limited to what the file states.
    exported
        An .onnx or .xml file to which this classifier was exported: the card then also says how it was checked, whether
        it is quantised, and what that costs.

    Raises
    ------
    UsageError
        There is no such classifier, or the exported file has another extension.
    CatseyeError
        The classifier, its run or the exported file cannot be read, or the file is from another classifier.

    Examples
    --------
    With a run of ``catseye train digits --out my-run``:

    >>> import catseye
    >>> path = catseye.card("my-run").save("card.md")
    """
    opened, name = open_classifier(classifier)
    found = make_card(opened, _path(classifier), name)
    return replace(found, exported=read_exported(Path(exported), opened.description)) if exported else found


def _path(source: ClassifierSource) -> Path | None:
    """Return the path of the classifier's run or file, if it has one."""
    if isinstance(source, str | Path):
        return Path(source) if is_there(source) else None
    folder = getattr(source, "folder", None)  # a run's
    return folder if isinstance(folder, Path) and is_there(folder) else None

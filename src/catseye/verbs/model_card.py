"""The model card of a classifier."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from catseye.arguments import with_checked_arguments
from catseye.errors import with_short_traceback
from catseye.model_card.making import make_card
from catseye.system.files import is_there
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from catseye.model_card.model_card import ModelCard
    from catseye.verbs.sources import ClassifierSource


@with_short_traceback
@with_checked_arguments
def card(classifier: ClassifierSource) -> ModelCard:
    """Describe a classifier for those who are to use it: purpose, data, accuracy, limits, licences, use.

    Parameters
    ----------
    classifier
        A run or classifier, the path of either, or a backbone's name. A run's card says most; that of a classifier's
        file what the file says of itself.

    Raises
    ------
    UsageError
        There is no such classifier.
    CatseyeError
        The classifier or its run cannot be read.

    Examples
    --------
    With a run of ``catseye train digits --out my-run``:

    >>> import catseye
    >>> path = catseye.card("my-run").save("card.md")
    """
    opened, name = open_classifier(classifier)
    return make_card(opened, _path(classifier), name)


def _path(source: ClassifierSource) -> Path | None:
    """Return where the classifier lies, if anywhere."""
    if isinstance(source, str | Path):
        return Path(source) if is_there(source) else None
    folder = getattr(source, "folder", None)  # a run's
    return folder if isinstance(folder, Path) and is_there(folder) else None

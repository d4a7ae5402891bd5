"""Which pictures to label next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.active_learning.candidates import find_candidates
from catseye.active_learning.features import open_describer
from catseye.active_learning.selection import choose_pictures, measure_novelty
from catseye.active_learning.suggestions import Suggestions
from catseye.arguments import with_checked_arguments
from catseye.classifier.prediction import UNCALIBRATED
from catseye.errors import UsageError, with_short_traceback
from catseye.runs.labelled_pictures import find_labelled
from catseye.short_repr import counted
from catseye.system.files import is_folder, is_there
from catseye.system.home import home_folder
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.active_learning.candidates import Candidates
    from catseye.classifier.classifier import Classifier
    from catseye.errors import PictureError
    from catseye.runs.labelled_pictures import LabelledPictures
    from catseye.verbs.sources import ClassifierSource

_UNKNOWN = 10**9  # training pictures of a classifier whose file does not say how many, e.g. from another framework
_MOST_COMPARED = 2000  # training pictures with which others are compared


@with_short_traceback
@with_checked_arguments
def label_next(
    classifier: ClassifierSource,
    folder: str | Path,
    n: int = 20,
    *,
    data_dir: str | Path | None = None,
    archives: str | Path | None = None,
    weights: str | Path | None = None,
) -> Suggestions:
    """Choose the pictures in a folder whose labels would teach a classifier most (active learning).

    The classifier is uncertain about them, and they differ from each other: one is chosen from each group of similar
    pictures. The fewer pictures it has learned from, the more diversity counts. Pictures already labelled in the run
    are skipped, and so are copies; both are recognised by their content.
    ``docs/label-next.md`` reports how much more a classifier learns from these than from pictures chosen at random.

    Parameters
    ----------
    classifier
        A run or classifier, or the path of either. For a run in a folder, the labelled pictures are known if its data
        have not moved.
    folder
        Folder of pictures; subfolders are included.
    n
        How many pictures to choose, at least 1.
    data_dir, archives
        As for :func:`catseye.load`, with which the run's data are opened again.
    weights
        Weights of a backbone named as ``classifier``: a .safetensors or .pth file, or of VGG one of Keras's; by default
        the official ones.

    Returns
    -------
    Suggestions
        Their ``save("to-label.csv")`` writes a table to fill in, ``save("to-label.html")`` a page with thumbnails.

    Raises
    ------
    UsageError
        There is no such classifier or folder, or the folder contains no unlabelled picture.
    CatseyeError
        The classifier is damaged, or none of the pictures can be read.

    Examples
    --------
    With a run of ``catseye train digits --out my-run`` and a folder of pictures that it has not seen:

    >>> import catseye
    >>> suggestions = catseye.label_next("my-run", "photos", n=2)
    >>> suggestions
    Suggestions(2 of 180 unlabelled pictures)
    >>> [len(one.reasons) > 0 for one in suggestions.pictures]
    [True, True]
    """
    if n < 1:
        raise UsageError(f"n must be at least 1; got {n}.")
    root, home = _checked(Path(folder)), home_folder(data_dir)
    opened, name = open_classifier(classifier, weights)
    if len(opened.classes) < 2:
        raise UsageError(
            f"{name} knows only one class, so it is never uncertain; expected a classifier of at least two classes."
        )
    labelled = find_labelled(classifier, opened, data_dir, archives)
    candidates = find_candidates(root, opened.preprocess, labelled.content, labelled.sketch, home)
    _require_some(root, candidates)
    describe = open_describer(opened, home)
    novelty = measure_novelty(describe, labelled.training.take(_MOST_COMPARED)) if labelled.training else None
    chosen, broken, readable = choose_pictures(
        describe, candidates.pictures, opened.classes, n, _count_learned(opened), novelty
    )
    every = (*candidates.broken, *broken)
    if not chosen:
        raise UsageError(_none_readable(root, every))
    if not opened.calibration.examples:
        chosen = [replace(one, prediction=replace(one.prediction, calibrated=False)) for one in chosen]
    notes = tuple(_notes(root, candidates, labelled, opened, n, readable))
    return Suggestions(root, name, tuple(chosen), readable, candidates.labelled, candidates.copies, every, notes)


def _checked(folder: Path) -> Path:
    if not is_folder(folder):
        is_file = f"{folder} is a file; expected a folder of pictures."
        raise UsageError(is_file if is_there(folder) else f"there is no folder {folder}.")
    return folder


def _require_some(folder: Path, candidates: Candidates) -> None:
    """Raise `UsageError` if there is nothing to choose from."""
    if len(candidates.pictures):
        return
    if candidates.labelled:
        which = "the only picture" if candidates.labelled == 1 else f"all {candidates.labelled:,} pictures"
        raise UsageError(f"{which} in {folder} {'is' if candidates.labelled == 1 else 'are'} labelled already.")
    if candidates.broken:
        raise UsageError(_none_readable(folder, candidates.broken))
    raise UsageError(f"{folder} holds no pictures{f'. {candidates.others}' if candidates.others else ''}.")


def _none_readable(folder: Path, broken: Sequence[PictureError]) -> str:
    which = (
        f"none of the {len(broken):,} pictures in {folder} can be used, first"
        if len(broken) > 1
        else f"the only unlabelled picture in {folder} cannot be used:"
    )
    return f"{which} {broken[0].picture}: {broken[0].reason}."


def _notes(
    folder: Path, candidates: Candidates, labelled: LabelledPictures, classifier: Classifier, asked: int, readable: int
) -> list[str]:
    notes = []
    if labelled.missing:
        some = (
            " Most of those in the folder cannot be distinguished from unlabelled ones."
            if _count_learned(classifier) > len(labelled.sketch)
            else ""
        )
        notes.append(f"the classifier's training pictures are not available: {labelled.missing}.{some}")
    if not classifier.calibration.examples:
        notes.append(UNCALIBRATED[0].lower() + UNCALIBRATED[1:])
    if candidates.labelled:
        notes.append(f"skipped: {counted(candidates.labelled, 'picture')} already labelled in the run.")
    if candidates.copies:
        notes.append(f"skipped: {counted(candidates.copies, 'copy of another', 'copies of other pictures')}.")
    if readable < asked:
        notes.append(f"{folder} has only {counted(readable, 'picture')} to choose from; all are listed.")
    if candidates.others:
        notes.append(f"skipped, not readable as pictures: {candidates.others}.")
    return notes


def _count_learned(classifier: Classifier) -> int:
    """Return how many pictures a classifier learned from; more than there can be if it does not say so."""
    data = classifier.provenance.get("data")
    count = data.get("training_pictures") if isinstance(data, dict) else None
    return count if isinstance(count, int) and count > 0 else _UNKNOWN

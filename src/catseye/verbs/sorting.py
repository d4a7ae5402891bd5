"""Pictures sorted into folders by their predicted classes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from catseye.arguments import with_checked_arguments
from catseye.classifier.prediction import Prediction
from catseye.classifier.sorting import SortedPicture, Sorting, carry_out, plan_targets
from catseye.datasets.folders.tree import picture_files
from catseye.errors import PictureError, UsageError, with_short_traceback
from catseye.short_repr import counted
from catseye.system.files import is_folder, is_there
from catseye.system.progress_bar import progress
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.classifier.classifier import Classifier
    from catseye.classifier.sorting import Action
    from catseye.verbs.sources import ClassifierSource

THRESHOLD = 0.8


@with_short_traceback
@with_checked_arguments
def sort(
    classifier: ClassifierSource,
    folder: str | Path,
    into: str | Path,
    *,
    copy: bool = False,
    link: bool = False,
    threshold: float = THRESHOLD,
    weights: str | Path | None = None,
) -> Sorting:
    """Copy or link a folder's pictures into folders by their predicted classes, keeping doubtful ones apart.

    Unless ``copy`` or ``link`` is true, nothing is written: the answer says what would be done. Nothing is moved,
    deleted or overwritten. A picture goes to ``into/CLASS/NAME``. If several have the same name, their folders' names
    come first (``a-1.jpg``, ``b-1.jpg``); if a different file is already there, a number is added. A picture that is
    already there is not copied again, so you can repeat a call that was stopped.

    Parameters
    ----------
    classifier
        A classifier or run, the path of either, or a backbone's name.
    folder
        Folder of pictures; subfolders are included.
    into
        The folder to sort into; created if necessary.
    copy
        Copy the pictures.
    link
        Make hard links, which take no space: the picture then has two names.
    threshold
        Pictures whose class is less probable than this, from 0 to 1, go to ``into/doubtful``. Probabilities are
        calibrated: at the default of 0.8, expect about one in five of the pictures just above it to be wrong, and far
        fewer of all those above it.
    weights
        Weights of a backbone named as ``classifier``: a .safetensors or .pth file, or of VGG one of Keras's; by default
        the official ones.

    Raises
    ------
    UsageError
        There is no such classifier or folder, the folder holds no pictures, or the options do not go together.
    CatseyeError
        The pictures cannot be written or linked.

    Examples
    --------
    With a folder of pictures, ``photos/circle/1.png``, ``photos/square/1.png`` and so on:

    >>> import catseye
    >>> run = catseye.transfer("photos")
    >>> catseye.sort(run, "photos/circle", "sorted", threshold=0.5)
    Sorting(60 pictures, 0 doubtful; nothing is copied or linked yet)
    """
    source, target = _checked(Path(folder), Path(into), copy, link, threshold)
    opened, _ = open_classifier(classifier, weights)
    found = [path for path in picture_files(source) if not _is_inside(path, target)]
    if not found:
        raise UsageError(f"{folder} holds no pictures.")
    pictures, broken = _classify(opened, found)
    planned = plan_targets(pictures, opened.classes, source, target, threshold)
    notes = _notes(opened, source, target, len(found))
    if not (copy or link):
        return Sorting(target, tuple(planned), tuple(broken), threshold, None, notes)
    action: Action = "copy" if copy else "link"
    done, failed = carry_out(planned, target, action)
    broken += [PictureError(str(planned[number].picture), reason) for number, reason in failed.items()]
    kept = tuple(one for number, one in enumerate(done) if number not in failed)
    return Sorting(target, kept, tuple(broken), threshold, action, notes)


def _checked(source: Path, target: Path, copy: bool, link: bool, threshold: float) -> tuple[Path, Path]:
    if copy and link:
        raise UsageError("pictures can be copied or linked, not both; choose one.")
    if not 0 <= threshold <= 1:
        raise UsageError(f"the threshold must be a probability from 0 to 1; got {threshold}.")
    if not is_folder(source):
        is_file = f"{source} is a file; expected a folder of pictures."
        raise UsageError(is_file if is_there(source) else f"there is no folder {source}.")
    if is_there(target) and not is_folder(target):
        raise UsageError(f"{target} is not a folder; choose another one to sort into.")
    if is_there(target) and target.samefile(source):
        raise UsageError(f"{target} is the folder to be sorted; choose another one to sort into.")
    return source, target


def _is_inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _classify(classifier: Classifier, found: Sequence[Path]) -> tuple[list[SortedPicture], list[PictureError]]:
    pictures: list[SortedPicture] = []
    broken: list[PictureError] = []
    with progress("classifying", len(found)) as advance:
        for path, answer in zip(found, classifier.predict_each(list(found)), strict=True):
            advance(1)
            if isinstance(answer, Prediction):
                pictures.append(SortedPicture(path, answer.class_name, answer.probability))
            else:
                broken.append(answer)
    return pictures, broken


def _notes(classifier: Classifier, source: Path, target: Path, count: int) -> tuple[str, ...]:
    inside = len(picture_files(source)) - count
    notes = [f"skipped {counted(inside, 'picture')} in {target}."] if inside else []
    if not classifier.calibration.examples:
        notes.append(
            "the classifier is not calibrated: a probability of 80 % may be right more or less often than that."
        )
    return tuple(notes)

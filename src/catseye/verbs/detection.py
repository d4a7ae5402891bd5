"""How well a classifier detects pictures unlike its training pictures (out of distribution)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.classifier.prediction import Prediction
from catseye.datasets import Pictures, open_dataset
from catseye.datasets.changed_files import look_again_at
from catseye.datasets.dataset import TEST
from catseye.datasets.folders.inspection import hash_files
from catseye.datasets.folders.tree import picture_files
from catseye.datasets.sketch import share_known
from catseye.datasets.splits import ALL
from catseye.errors import UsageError
from catseye.evaluation.detection import Detection
from catseye.short_repr import counted
from catseye.system.files import is_folder
from catseye.system.home import home_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.arrays import Floats
    from catseye.classifier.classifier import Classifier
    from catseye.datasets.loading import DataSource

    Others = DataSource | Pictures


def require_unfamiliarity(classifier: Classifier) -> None:
    """Raise `UsageError` if a classifier has no unfamiliarity score."""
    if classifier.unfamiliarity is None:
        raise UsageError(
            "this classifier has no unfamiliarity score: it is a pretrained backbone, or was made by an earlier "
            "version, from another framework's file, or from fewer than four pictures. Train or transfer it again."
        )


def measure_detection(
    classifier: Classifier, own: Floats, others: Others, **options: Any
) -> tuple[Detection, tuple[str, ...]]:
    """Return how well other pictures are detected, and notes on them.

    Parameters
    ----------
    classifier
    own
        Unfamiliarity of the classifier's own test pictures, (N,).
    others
        A folder with or without classes, all pictures of which are used; a split; or a data set, whose test split is
        used, or all of it if there is none.
    **options
        Of the data set, as for :func:`catseye.load`.

    Raises
    ------
    UsageError
        There are no such pictures, or none that can be read.
    """
    if isinstance(others, str | Path) and is_folder(others):
        scores, words, notes = _score_folder(classifier, Path(others), home_folder(options.get("data_dir")))
    else:
        pictures, words, notes = _pictures(others, **options)
        scored = classifier.unfamiliarities(pictures) if len(pictures) else None
        scores = np.empty(0) if scored is None else scored
        notes += _trained_on_note(classifier, pictures.content() if len(pictures) else (), words)
    if not len(scores):
        raise UsageError(f"there are no pictures in {words} that can be read.")
    return Detection(own, scores, words), notes


def _trained_on_note(classifier: Classifier, contents: Sequence[str], words: str) -> tuple[str, ...]:
    data = classifier.provenance.get("data")
    some = share_known(data.get("sketch") if isinstance(data, dict) else None, contents)
    return (f"the classifier was trained on some pictures of {words}, which are like what it knows.",) if some else ()


def _score_folder(classifier: Classifier, folder: Path, home: Path) -> tuple[Floats, str, tuple[str, ...]]:
    files = picture_files(folder)
    answers = [answer for answer in classifier.predict_each(files) if isinstance(answer, Prediction)]
    unread = counted(len(files) - len(answers), "picture")
    notes = _trained_on_note(classifier, hash_files(files, home), str(folder))
    if len(answers) < len(files):
        notes += (f"left out: {unread} in {folder} that cannot be read.",)
    return np.array([answer.unfamiliarity for answer in answers], np.float64), str(folder), notes


def _pictures(others: Others, **options: Any) -> tuple[Pictures, str, tuple[str, ...]]:
    if isinstance(others, Pictures):
        return look_again_at(others, home_folder(options.get("data_dir"))), "the other pictures", ()
    dataset = open_dataset(others, **options)
    split = TEST if TEST in dataset.splits and not dataset.info.set_aside else ALL
    out, called = dataset.left_out, dataset.info.called
    some = (
        f"{counted(len(out), 'picture')} of {called} left out, first {out[0].picture}: {out[0].reason}." if out else ""
    )
    return dataset[split], f"{called} ({split})", (*dataset.notes, *((some,) if some else ()))

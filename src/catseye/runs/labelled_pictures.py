"""The labelled pictures of a run: those of its data set, reopened where that is still possible."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN
from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.folders.own_pictures import sort_classes
from catseye.datasets.loading import is_prepared, load, open_dataset, path_of
from catseye.datasets.picture_record import read_record
from catseye.datasets.sketch import share_known
from catseye.errors import CatseyeError, first_line
from catseye.runs.folder import RunFolder
from catseye.runs.run import Run
from catseye.system.files import is_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.classifier.classifier import Classifier
    from catseye.datasets.dataset import Dataset
    from catseye.datasets.picture_record import RecordedPicture
    from catseye.datasets.pictures import Pictures
    from catseye.runs.request import Request

_REPEATED = ("merge", "rename", "drop")  # options that may be given several times
_SAME = 0.5  # share of the sketched training pictures from which on a data set counts as the training data


@dataclass(frozen=True, eq=False)
class LabelledPictures:
    """What is known about the labelled pictures of a classifier's run.

    Attributes
    ----------
    training : Pictures or None
        Those that it learned from; ``None`` if they are not available.
    content : frozenset of str
        SHA-256 of all of them, including the test pictures.
    sketch : tuple of str
        Beginnings of the SHA-256 of some training pictures, or of all if they are few; see :mod:`.datasets.sketch`.
    missing : str
        Why they are not available; empty if they are.
    test : Pictures or None
        Those that it was tested on.
    """

    training: Pictures | None
    content: frozenset[str]
    sketch: tuple[str, ...]
    missing: str = ""
    test: Pictures | None = None


def find_labelled(
    source: object, classifier: Classifier, data_dir: str | Path | None, archives: str | Path | None
) -> LabelledPictures:
    """Return the labelled pictures of a run, or what its classifier alone knows about them.

    Nothing is downloaded for it.

    Parameters
    ----------
    source
        The run, or the path of its folder; for anything else no pictures are available.
    classifier
        The run's.
    data_dir, archives
        As for :func:`catseye.load`.
    """
    data = classifier.provenance.get("data")
    known = data.get("sketch") if isinstance(data, dict) else None
    sketch = tuple(one for one in known if isinstance(one, str)) if isinstance(known, list) else ()
    try:
        recorded = _read_recorded(source)
        if recorded:
            training, test = (_open_recorded(recorded, split, classifier) for split in (TRAIN, TEST))
            return LabelledPictures(training, frozenset(one.digest for one in recorded), sketch, test=test)
        dataset = _reopen(source, data_dir, archives)
    except CatseyeError as error:
        return LabelledPictures(None, frozenset(), sketch, first_line(error).rstrip("."))
    content = frozenset(one for pictures in dataset.splits.values() for one in pictures.content())
    share = share_known(list(sketch), content)
    if share is not None and share < _SAME:
        return LabelledPictures(None, frozenset(), sketch, f"{dataset.info.name} now contains other pictures")
    return LabelledPictures(dataset.splits.get(TRAIN), content, sketch, test=dataset.splits.get(TEST))


def _read_recorded(source: object) -> list[RecordedPicture]:
    """Return the pictures that a transfer's folder lists, those of an update included; none without a list."""
    folder = source.folder if isinstance(source, Run) else source
    if not isinstance(folder, str | Path) or not is_folder(folder):
        return []
    record = RunFolder(Path(folder)).pictures
    return read_record(record) if record.exists() else []


def _open_recorded(recorded: Sequence[RecordedPicture], split: str, classifier: Classifier) -> FilePictures | None:
    """Return the pictures of a split among those that a run lists."""
    own = [one for one in recorded if one.split == split]
    classes = sort_classes(one.class_name for one in own)
    labels = np.array([classes.index(one.class_name) for one in own], np.int64)
    paths, digests = tuple(one.path for one in own), tuple(one.digest for one in own)
    return FilePictures(paths, digests, labels, classes, classifier.preprocess) if own else None


def _reopen(source: object, data_dir: str | Path | None, archives: str | Path | None) -> Dataset:
    """Return the data set of a run; raise `CatseyeError` if it is not available."""
    if isinstance(source, Run) and source.source:
        return source.source.dataset
    folder = source.folder if isinstance(source, Run) else source
    request = RunFolder(Path(folder)).read_request() if isinstance(folder, str | Path) and is_folder(folder) else None
    if request is None:
        raise CatseyeError("a classifier's file does not contain them; give the run's folder.")
    if path_of(request.data) is None and not is_prepared(request.data, data_dir=data_dir):
        raise CatseyeError(f"{request.data} is not on this machine.")
    options: dict[str, Any] = {"data_dir": data_dir, "archives": archives, "label": request.label}
    dataset: Dataset = load(request.data, **options, **_options(request))
    return open_dataset(dataset[request.split]) if request.split else dataset


def _options(request: Request) -> dict[str, Any]:
    """Return the label options, stored as pairs of words of a command, by their names in Python."""
    named: dict[str, Any] = {}
    for option, value in zip(request.options[::2], request.options[1::2], strict=False):
        name = option.lstrip("-").replace("-", "_")
        if name in _REPEATED:
            named.setdefault(name, []).append(value)
        else:
            named[name] = value
    return named

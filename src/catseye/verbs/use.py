"""A classifier in use: what it says of pictures, and how good it is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL.Image import Image

from catseye.arguments import read_epsilons, with_checked_arguments
from catseye.classifier.prediction import Predictions
from catseye.classifier.renaming import read_names_map, rename_classes
from catseye.datasets import Pictures, open_dataset
from catseye.datasets import names as dataset_names
from catseye.datasets.changed_files import change_notes, look_again_at
from catseye.datasets.folders.tree import picture_files
from catseye.errors import PictureError, UsageError, with_short_traceback
from catseye.images.inputs import as_many
from catseye.insight.robustness.robustness import measure_robustness
from catseye.system.files import is_folder, is_there
from catseye.system.home import home_folder
from catseye.verbs.measured import choose_measured
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from catseye.classifier.classifier import Classifier
    from catseye.datasets.loading import DataSource
    from catseye.evaluation.metrics import Evaluation
    from catseye.images.inputs import Picture
    from catseye.insight.robustness.robustness import Robustness
    from catseye.verbs.sources import ClassifierSource

_SMALL = 64  # pixels
_SMALL_EXAMPLES, _LARGE_EXAMPLES = 500, 100  # pictures that are attacked, unless told


@with_short_traceback
@with_checked_arguments
def predict(
    classifier: ClassifierSource,
    pictures: Picture | Pictures | Iterable[Picture] | DataSource,
    *,
    split: str | None = None,
    label: str | None = None,
    strict: bool = False,
    archives: str | Path | None = None,
    data_dir: str | Path | None = None,
    weights: str | Path | None = None,
) -> Predictions:
    """Predict the class of each picture, with probabilities.

    Parameters
    ----------
    classifier
        A classifier or run, the path of either, or a backbone's name.
    pictures
        One picture or many, as for :meth:`catseye.Classifier.predict`; a path may be that of a folder of
        pictures; or a split of a data set, whose labels are then beside the predictions as ``true_class``; or, with
        ``split``, a data set, as for :func:`catseye.train`.
    split
        Pictures of the data set to use, such as ``"test[:32]"`` or ``"all"``.
    label, strict, archives, data_dir
        Of the data set, as for :func:`catseye.load`.
    weights
        Weights of a backbone named as ``classifier``: a .safetensors or .pth file, or of VGG one of Keras's; by default
        the official ones.

    Returns
    -------
    Predictions
        One answer for each picture; if one of several cannot be used, its error in that place.

    Raises
    ------
    UsageError
        There is no such classifier, or a folder holds no pictures.
    PictureError
        A picture given by itself cannot be used: it is missing, broken, or not a picture.

    Examples
    --------
    With a run of ``catseye train digits --out my-run`` and a picture of a handwritten 4:

    >>> import catseye
    >>> catseye.predict("my-run", "digit.png")[0].class_name
    '4'
    >>> catseye.predict("my-run", "digits", split="test[:3]")[0].true_class
    '5'
    """
    opened, _ = open_classifier(classifier, weights)
    if split is not None:
        pictures = _split(pictures, split, label=label, strict=strict, archives=archives, data_dir=data_dir)
    if isinstance(pictures, Pictures):
        return Predictions(tuple(opened.predict_each(look_again_at(pictures, home_folder(data_dir)))))
    answers = tuple(opened.predict_each(_every_picture(pictures)))
    for answer in answers:
        if isinstance(answer, PictureError) and _is_one(pictures):
            raise answer
    return Predictions(answers)


def _is_one(pictures: object) -> bool:
    """Return whether one picture is given by itself, not in a list, an array of several or a folder."""
    if isinstance(pictures, str | Path):
        return not is_folder(pictures)
    return isinstance(pictures, Image) or (
        isinstance(pictures, np.ndarray) and next(iter(as_many(pictures)), None) is pictures
    )


def _split(data: Any, split: str, **options: Any) -> Pictures:
    """Return the pictures of a split of a data set; raise `UsageError` if their classes are in serious doubt."""
    if isinstance(data, Pictures):
        raise UsageError("split is for a data set; a split of one is given already.")
    dataset = open_dataset(data, **options)
    dataset.info.require_classes()
    return dataset[split]


def _every_picture(pictures: Picture | Iterable[Picture]) -> Iterator[Picture | PictureError]:
    """Return every picture, also of folders; raise `UsageError` for an empty folder before any work."""
    many = as_many(pictures)
    if isinstance(many, list | tuple):
        many = [one for picture in many for one in _files(picture)]
        return iter(many)
    return (one for picture in many for one in _files(picture))


def _files(picture: Picture | PictureError) -> Sequence[Picture | PictureError]:
    if not isinstance(picture, str | Path) or not is_folder(picture):
        _refuse_data_set(picture)
        return [picture]
    return picture_files(Path(picture))


def _refuse_data_set(picture: Picture | PictureError) -> None:
    """Raise `UsageError` if a picture is the name of a data set, perhaps with a split: ``"digits:test[:32]"``."""
    if not isinstance(picture, str | Path) or is_there(picture):
        return
    meant = re.fullmatch(r"(\w+)(?:[:/ ]+(\w+(?:\[[^]]*\])?)|\[[^]]*\])?", str(picture))
    if meant and meant[1] in dataset_names():
        name, asked = meant[1], meant[2] or "test[:20]"
        raise UsageError(f"{name} is a data set: to predict its pictures, give it alone, with split={asked!r}.")


@with_short_traceback
@with_checked_arguments
def evaluate(
    classifier: ClassifierSource,
    data: DataSource | Pictures,
    *,
    split: str | None = None,
    label: str | None = None,
    rename: Mapping[str, str] | Sequence[str] | str | None = None,
    robust: float | str | Sequence[float | str] | None = None,
    examples: int | None = None,
    seed: int = 0,
    strict: bool = False,
    archives: str | Path | None = None,
    data_dir: str | Path | None = None,
    weights: str | Path | None = None,
) -> Evaluation:
    """Measure a classifier on labelled pictures: accuracy with its interval, errors by class, calibration.

    Parameters
    ----------
    classifier
        A classifier or run, the path of either, or a backbone's name.
    data
        As for :func:`catseye.train`, or a split of a data set. The classes are matched by name.
    split
        The pictures to use, such as ``"test"``, ``"train[:100]+test"`` or ``"all"``; ignored if ``data`` is a
        split. By default the test split; all pictures if there is none and they were not used for training.
    label
        Label to use where pictures have several.
    rename
        The classifier's names for classes that the pictures call otherwise, such as ``{"cats": "cat"}`` or
        ``"cats=cat"``. Several names may mean one class.
    robust
        Attack sizes, such as ``[1 / 255, 4 / 255]`` or ``"1/255,4/255"``, at which robustness is measured as well.
    examples
        Number of pictures to attack; by default 500, or 100 if they are large.
    seed
        Random seed for choosing and attacking the pictures.
    strict, archives, data_dir
        As for :func:`catseye.load`.
    weights
        Weights of a backbone named as ``classifier``: a .safetensors or .pth file, or of VGG one of Keras's; by default
        the official ones.

    Raises
    ------
    UsageError
        Something asked for does not exist or does not fit together, or the classifier does not know a class.
    CatseyeError
        Data or classifier cannot be obtained.

    Examples
    --------
    With a run of ``catseye train digits --out my-run``:

    >>> import catseye
    >>> catseye.evaluate("my-run", "digits").examples
    359
    """
    if robust is None and examples is not None:
        raise UsageError("examples is the number of pictures to attack, and needs robust.")
    if examples is not None and examples < 1:
        raise UsageError(f"examples must be at least 1; got {examples}.")
    epsilons = None if robust is None else read_epsilons("robust", robust)
    opened, name = open_classifier(classifier, weights)
    names = read_names_map(rename) if rename is not None else {}
    if isinstance(data, Pictures):
        now = look_again_at(data, home_folder(data_dir))
        pictures, words = now if label is None else now.labelled(label), "pictures"
        pictures = rename_classes(pictures, opened.classes, names) if names else pictures
        evaluation = replace(opened.evaluate(pictures), notes=change_notes(data, now), pictures=_names(pictures))
    else:
        dataset = open_dataset(data, data_dir=data_dir, archives=archives, strict=strict, label=label)
        dataset.info.require_classes()
        measured = choose_measured(opened, dataset, split)
        pictures, words = measured.pictures, measured.words
        pictures = rename_classes(pictures, opened.classes, names) if names else pictures
        notes = measured.notes + _range_note(opened, pictures)
        evaluation = replace(opened.evaluate(pictures), data=words, notes=notes, pictures=_names(pictures))
    if epsilons is None:
        return evaluation
    found = _robustness(opened, pictures, epsilons, examples, seed)
    return replace(evaluation, robustness=replace(found, name=f"{name} on {words}"))


def _range_note(classifier: Classifier, pictures: Pictures) -> tuple[str, ...]:
    """Return the note that pictures are scaled like the training pictures, not by their own range."""
    own = classifier.preprocess.value_range
    differs = own and pictures.value_range and own != pictures.value_range
    note = f"the classifier was trained on another range of values, which is used here too: {own}."
    return (note,) if differs else ()


def _names(pictures: Pictures) -> tuple[str, ...]:
    return tuple(pictures.name(index) for index in range(len(pictures)))


def _robustness(
    classifier: Classifier, pictures: Pictures, epsilons: Sequence[float], examples: int | None, seed: int
) -> Robustness:
    usual = _SMALL_EXAMPLES if max(classifier.preprocess.covers) <= _SMALL else _LARGE_EXAMPLES
    return measure_robustness(classifier, pictures, epsilons, examples=examples or usual, seed=seed)

"""What a classifier says of pictures.

Only what every prediction needs is imported at once: it should not take longer to load than to predict.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL.Image import Image

from catseye.arguments import with_checked_arguments
from catseye.classifier.prediction import Predictions
from catseye.datasets.folders.tree import picture_files
from catseye.datasets.pictures import Pictures
from catseye.errors import PictureError, UsageError, with_short_traceback
from catseye.images.inputs import as_many
from catseye.system.files import is_folder, is_there
from catseye.system.home import home_folder
from catseye.verbs.sources import open_classifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from catseye.datasets.loading import DataSource
    from catseye.images.inputs import Picture
    from catseye.verbs.sources import ClassifierSource


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
    opened, source = open_classifier(classifier, weights)
    if split is not None:
        if isinstance(pictures, str | Path):
            source = f"{source} on {pictures} {split}"
        pictures = _split(pictures, split, label=label, strict=strict, archives=archives, data_dir=data_dir)
    if isinstance(pictures, Pictures):
        from catseye.datasets.changed_files import look_again_at

        found = opened.predict_each(look_again_at(pictures, home_folder(data_dir)))
        return Predictions(tuple(found), source)
    answers = tuple(opened.predict_each(_every_picture(pictures)))
    for answer in answers:
        if isinstance(answer, PictureError) and _is_one(pictures):
            raise answer
    return Predictions(answers, source)


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
    from catseye.datasets import open_dataset

    dataset = open_dataset(data, **options)
    dataset.info.require_classes()
    return dataset[split]


def _every_picture(pictures: Picture | Iterable[Picture]) -> Iterable[Picture | PictureError]:
    """Return every picture, also of folders; raise `UsageError` for an empty folder before any work."""
    many = as_many(pictures)
    if isinstance(many, list | tuple):
        return [one for picture in many for one in _files(picture)]
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
    from catseye.datasets import names as dataset_names

    meant = re.fullmatch(r"(\w+)(?:[:/ ]+(\w+(?:\[[^]]*\])?)|\[[^]]*\])?", str(picture))
    if meant and meant[1] in dataset_names():
        name, asked = meant[1], meant[2] or "test[:20]"
        raise UsageError(f"{name} is a data set: to predict its pictures, give it alone, with split={asked!r}.")

"""A data set made of one split, or of a part of one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TRAIN, Dataset
from catseye.datasets.info import OF_SPLIT, Info
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.datasets.set_aside import NOTE, add_test_split

if TYPE_CHECKING:
    from catseye.datasets.origin import Origin
    from catseye.datasets.pictures import Pictures

_DIGITS = 8  # of the content's hash, which tell the pictures of one run from those of another


def from_pictures(pictures: Pictures, *, whole: bool = False) -> Dataset:
    """Return a split as a data set whose training pictures it is.

    Parameters
    ----------
    pictures
    whole
        Keep all pictures together; otherwise a fifth of each class becomes the test split, as for arrays.
    """
    own = {TRAIN: pictures}
    splits = own if whole else add_test_split(own)
    contents = "\n".join([*pictures.classes, pictures.fingerprint()])
    digest = hashlib.sha256(contents.encode(errors="surrogateescape")).hexdigest()
    height, width, channels = pictures.shape
    sides = (height, width) if isinstance(pictures, MemoryPictures) else (None, None)
    origin = pictures.origin
    split = origin.split if origin and not origin.info.made_in_python else ""
    info = Info(
        name=origin.info.name if origin and split else f"{_called(origin)} {digest[:_DIGITS]}",
        version=origin.info.version if origin else "",
        versions=origin.info.versions if origin else (),
        description=OF_SPLIT,
        address=origin.info.address if origin else "",
        shape=(*sides, channels),
        classes=pictures.classes,
        splits={split: len(part) for split, part in splits.items()},
        citation=origin.info.citation if origin else "",
        licence=origin.info.licence if origin else "",
        label=pictures.label,
        other_labels={name: other.classes for name, other in pictures.others.items()},
        notes=(NOTE,) if len(splits) > len(own) else (),
        set_aside=len(splits) > len(own),
        options=origin.info.options if origin and split else (),
        split=split,
    )
    return Dataset(info, splits)


def _called(origin: Origin | None) -> str:
    """Return what pictures are called that no command can load."""
    if origin is None:
        return "pictures"
    own = origin.info
    return own.called if own.is_part and own.made_in_python else f"{own.called} part"

"""From a user's own listed pictures to a data set, however their classes were found."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from catseye.datasets.dataset import Dataset
from catseye.datasets.folders.listing import common_size, leave_out_broken, make_splits, range_notes
from catseye.datasets.info import IMAGE, LABEL, LONGEST_NAME, Info, is_class_name
from catseye.datasets.joined_labels import note_joined
from catseye.datasets.look_alikes import note_look_alikes
from catseye.datasets.set_aside import NOTE, add_test_split, classes_without_pictures
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from catseye.datasets.file_pictures import FilePictures
    from catseye.datasets.folders.listing import ListedPicture
    from catseye.datasets.left_out import LeftOut

_WHOLE = re.compile(r"-?\d{1,18}")


def make_dataset(
    listed: Sequence[ListedPicture],
    name: str,
    shown: str,
    root: Path,
    home: Path,
    *,
    label: str = LABEL,
    left_out: Sequence[LeftOut] = (),
    notes: Sequence[str] = (),
    options: tuple[str, ...] = (),
    strict: bool = False,
) -> Dataset:
    """Return listed pictures as a data set, without the broken ones, with a test split.

    Parameters
    ----------
    listed
        Not yet inspected; at least one.
    name
        Name or path that the user gave.
    shown
        What ``root`` is called before the path of a picture inside it.
    root
        The folder that holds them.
    home
        Folder of the cache of inspections.
    label
        Name of the label.
    left_out, notes
        What was found before.
    options
        The options of a command that load the same data set.
    strict
        Make a broken picture an error.

    Raises
    ------
    CatseyeError
        All pictures are broken, or (``strict``) one is; or a class has a name that cannot be shown.
    """
    good, broken = leave_out_broken(listed, shown, root, home, strict=strict)
    classes = sort_classes(picture.classes[LABEL] for picture in good)
    for class_name in classes:
        if not is_class_name(class_name):
            raise CatseyeError(
                f"{name}: the label {class_name[:LONGEST_NAME]!a} cannot be used as a class name; use 1 to "
                f"{LONGEST_NAME} printable characters."
            )
    said = list(notes)
    lost = sorted({picture.classes[LABEL] for picture in listed} - set(classes))
    if lost:
        said.append(
            f"all pictures of {', '.join(lost)} are broken, so {'it is' if len(lost) == 1 else 'they are'} left out."
        )
    said += range_notes(good)
    own = make_splits(good, {LABEL: classes})
    counts = Counter(picture.classes[LABEL] for picture in good)
    said += [
        *note_look_alikes(classes),
        *note_joined({name: counts[name] for name in classes}),
        *classes_without_pictures(own),
    ]
    splits = add_test_split(own)
    set_aside = len(splits) > len(own)
    if set_aside:
        said.append(NOTE)
    label = LABEL if label == IMAGE else label
    named = {split: replace(pictures, label=label) for split, pictures in splits.items()}
    info = describe_pictures(name, named, good, label)
    left_out = (*left_out, *broken)
    return Dataset(replace(info, notes=tuple(said), left_out=left_out, set_aside=set_aside, options=options), named)


def sort_classes(labels: Iterable[str]) -> tuple[str, ...]:
    """Return the different labels: by value if all are whole numbers, else by their letters."""
    names = sorted(set(labels))
    return tuple(sorted(names, key=int) if all(map(_WHOLE.fullmatch, names)) else names)


def describe_pictures(
    name: str, splits: Mapping[str, FilePictures], pictures: Sequence[ListedPicture], label: str = LABEL
) -> Info:
    """Return the description of a user's own pictures, called ``name``."""
    height, width = common_size(pictures) or (None, None)
    first = next(iter(splits.values()))
    return Info(
        name=name,
        version="",
        versions=(),
        description="Your own pictures.",
        address="",
        shape=(height, width, first.shape[2]),
        classes=first.classes,
        splits={split: len(part) for split, part in splits.items()},
        citation="",
        licence="",
        label=label,
    )

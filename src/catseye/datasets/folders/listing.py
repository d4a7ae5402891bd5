"""From a list of picture files with their classes to splits, without the broken ones."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.folders.inspection import inspect_files
from catseye.datasets.folders.inspection_cache import Inspection
from catseye.datasets.info import LABEL
from catseye.datasets.left_out import LeftOut
from catseye.datasets.pictures import Labelling
from catseye.datasets.splits import SEED, TEST_SHARE, stratified
from catseye.errors import CatseyeError
from catseye.images.decoded_ahead import current_ahead
from catseye.images.mixed_depths import find_mixed_depths
from catseye.images.preprocess import Preprocess
from catseye.images.value_range import common_range, number
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from catseye.images.value_range import Extremes

_LONE_FRACTIONS = "holds fractions, unlike other pictures, which hold whole numbers; save it in the same way"
DEFAULT_SIDE = 64
_MOST_REASONS = 3  # why pictures are broken, in one error
_LARGEST_OWN_SIDE = 128  # pixels up to which pictures of one common size are used as they are


@dataclass(frozen=True)
class ListedPicture:
    """A picture file as its data set lists it.

    Attributes
    ----------
    path : Path
    place : str
        Its path inside the data set.
    split : str
    classes : mapping of str to str
        The class that it belongs to, by each label.
    inspection : Inspection
        What was found in the file.
    """

    path: Path
    place: str
    split: str
    classes: Mapping[str, str]
    inspection: Inspection = field(default_factory=Inspection)


def leave_out_broken(
    listed: Sequence[ListedPicture], name: str, root: Path, home: Path, *, strict: bool
) -> tuple[list[ListedPicture], tuple[LeftOut, ...]]:
    """Return the pictures that can be used, and those that cannot.

    The first stand in an order that depends only on their places and looks random, so that a slice of a split is a
    fair sample.

    Parameters
    ----------
    listed
        Not yet inspected.
    name
        Name or path of the data set, as the user gave it.
    root
        The folder that holds it.
    home
        Folder of the cache of inspections.
    strict
        Make a broken picture an error.

    Raises
    ------
    CatseyeError
        All are broken, or (``strict``) one is; or their values have two depths, such as 12 and 16 bits.
    """
    ahead = current_ahead()
    if ahead:
        ahead.keep_for_later(_expected_test(listed))  # they are computed in another precision
    inspections = inspect_files([picture.path for picture in listed], home)
    inspections = _without_lone_fractions(inspections)
    seen = [replace(picture, inspection=inspection) for picture, inspection in zip(listed, inspections, strict=True)]
    left_out = tuple(LeftOut(_shown(p.path, root, name), p.inspection.fault) for p in seen if p.inspection.fault)
    if left_out and strict:
        first = left_out[0]
        raise CatseyeError(
            f"{name}: {counted(len(left_out), 'broken picture')}, first {first.picture}: {first.reason}."
        )
    if len(left_out) == len(seen):
        raise CatseyeError(_all_broken(name, left_out))
    mixed = find_mixed_depths([p.inspection.extremes for p in seen if p.inspection.extremes and not p.inspection.fault])
    if mixed and mixed.clear:
        raise CatseyeError(
            f"{name}: {mixed}; no scale fits both, and the first would be nearly black.\n"
            f"{mixed.advice[0].upper()}{mixed.advice[1:]}."
        )
    return sorted((p for p in seen if not p.inspection.fault), key=_order), left_out


def _expected_test(listed: Sequence[ListedPicture]) -> list[Path]:
    """Return the files of the test split, the one that is set aside too, if no picture is broken."""
    if any(picture.split == TEST for picture in listed):
        return [picture.path for picture in listed if picture.split == TEST]
    train = sorted((picture for picture in listed if picture.split == TRAIN), key=_order)
    if not train:
        return []
    _, labels = np.unique([picture.classes[LABEL] for picture in train], return_inverse=True)
    _, test = stratified(labels, TEST_SHARE, SEED)
    return [train[index].path for index in test]


def _without_lone_fractions(inspections: Sequence[Inspection]) -> list[Inspection]:
    """Return the inspections; fractions from 0 to 1 are faulty beside whole numbers, as no range fits both."""
    deep = [one.extremes for one in inspections if one.extremes and not one.extremes.certain]
    whole = any(not one.fractions and one.high > 1 for one in deep)
    small = [bool(one.extremes and one.extremes.fractions and one.extremes.high <= 1) for one in inspections]
    return [
        replace(one, fault=_LONE_FRACTIONS) if lone and whole else one
        for one, lone in zip(inspections, small, strict=True)
    ]


def _all_broken(name: str, left_out: Sequence[LeftOut]) -> str:
    """Return the error if no picture can be used: the commonest reasons, with counts."""
    counts = Counter(out.reason for out in left_out).most_common()
    reasons = "; ".join(f"{count:,} × {reason.partition('; ')[0]}" for reason, count in counts[:_MOST_REASONS])
    others = sum(count for _, count in counts[_MOST_REASONS:])
    more = f"; {others:,} × other reasons" if others else ""
    every = f"all {len(left_out):,} pictures are broken" if len(left_out) > 1 else "the only picture is broken"
    return f"{name}: {every}, first {left_out[0].picture}.\n{reasons}{more}."


def _shown(path: Path, root: Path, name: str) -> str:
    return picture_name(name, path.relative_to(root).as_posix())


def picture_name(folder: str, place: str) -> str:
    """Return the name of the picture at ``place`` in a folder, the folder named as the user gave it."""
    return place if folder in ("", ".") else f"{folder.rstrip('/')}/{place}"


def _order(picture: ListedPicture) -> str:
    return hashlib.sha256(os.fsencode(picture.place)).hexdigest()


def make_splits(pictures: Sequence[ListedPicture], classes: Mapping[str, tuple[str, ...]]) -> dict[str, FilePictures]:
    """Return intact pictures as splits.

    Parameters
    ----------
    pictures
        In their final order.
    classes
        The names of the classes, by each label; ``"label"`` is what they are labelled by.
    """
    preprocess = _preprocess(pictures)
    own = {split: [p for p in pictures if p.split == split] for split in (TRAIN, VALIDATION, TEST)}
    return {split: _file_pictures(part, classes, preprocess) for split, part in own.items() if part}


def _file_pictures(
    pictures: Sequence[ListedPicture], classes: Mapping[str, tuple[str, ...]], preprocess: Preprocess
) -> FilePictures:
    labellings = {
        label: Labelling(np.array([names.index(p.classes[label]) for p in pictures], np.int64), names)
        for label, names in classes.items()
    }
    main = labellings.pop(LABEL)
    paths, digests = tuple(p.path for p in pictures), tuple(p.inspection.digest for p in pictures)
    return FilePictures(paths, digests, main.labels, main.classes, preprocess, others=labellings)


def common_size(pictures: Sequence[ListedPicture]) -> tuple[int, int] | None:
    """Return height and width in pixels if all pictures have the same."""
    sizes = {(picture.inspection.height, picture.inspection.width) for picture in pictures}
    return sizes.pop() if len(sizes) == 1 else None


def _preprocess(pictures: Sequence[ListedPicture]) -> Preprocess:
    own = common_size(pictures)
    channels = 1 if all(picture.inspection.grey for picture in pictures) else 3
    height, width = own if own and max(own) <= _LARGEST_OWN_SIDE else (DEFAULT_SIDE, DEFAULT_SIDE)
    return Preprocess(height, width, channels, value_range=common_range(_extremes(pictures)))


def range_notes(pictures: Sequence[ListedPicture]) -> list[str]:
    """Return the note that says what is black and white in pictures with more than 8 bits per channel."""
    extremes = _extremes(pictures)
    chosen = common_range(extremes)
    if chosen is None:
        return []
    uncertain = [one for one in extremes if not one.certain]
    low, high = min(one.low for one in uncertain), max(one.high for one in uncertain)
    count = f"{len(uncertain):,} picture{'s have' if len(uncertain) != 1 else ' has'}"
    notes = [f"{count} more than 8 bits per channel, with values from {number(low)} to {number(high)}: {chosen}."]
    mixed = find_mixed_depths(extremes)
    if mixed:
        notes.append(f"{mixed}, so the first look dark. If they were saved with different depths, {mixed.advice}.")
    return notes


def _extremes(pictures: Sequence[ListedPicture]) -> list[Extremes]:
    return [picture.inspection.extremes for picture in pictures if picture.inspection.extremes]

"""A test split set aside from the training pictures, if a data set has none of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from catseye.datasets.dataset import TEST, TRAIN
from catseye.datasets.splits import SEED, SET_ASIDE, TEST_SHARE, stratified

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from catseye.datasets.pictures import Pictures

    _Pictures = TypeVar("_Pictures", bound=Pictures)

NOTE = f"no test split came with the pictures: {SET_ASIDE}"


def add_test_split(splits: Mapping[str, _Pictures]) -> dict[str, _Pictures]:
    """Return the splits with a test split set aside from the training pictures, where there is none yet."""
    if TEST in splits or TRAIN not in splits:
        return dict(splits)
    whole = splits[TRAIN]
    train, test = stratified(whole.labels, TEST_SHARE, SEED)
    parts = {TRAIN: whole.take(train.tolist()), TEST: whole.take(test.tolist())} if len(test) else {}
    return {**splits, **parts}


def without_set_aside(notes: Iterable[str]) -> list[str]:
    """Return the notes without the one on how a test split was set aside, which training prints itself."""
    return [note for note in notes if not note.endswith(SET_ASIDE)]


def classes_without_pictures(splits: Mapping[str, Pictures]) -> list[str]:
    """Return a note for each split that has no picture of some class."""
    notes = []
    for split, pictures in splits.items():
        missing = [name for index, name in enumerate(pictures.classes) if index not in pictures.labels]
        if missing:
            notes.append(f"{split} has no picture of {', '.join(missing)}.")
    return notes

"""Which of several folders side by side are splits with class folders in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TRAIN
from catseye.datasets.folders.split_names import UNLABELLED, find_splits, is_called_data, is_called_examples

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.datasets.folders.tree import Branch


@dataclass(frozen=True, eq=False)
class SplitFolder:
    """A folder named like a split.

    Attributes
    ----------
    folder, inner : Branch
        The folder, and the one in it that holds the class folders: itself, or what it wraps (``train/images/``).
    split : str
    classes : tuple of Branch
        Its class folders that hold pictures; none if its pictures are not labelled.
    """

    folder: Branch
    inner: Branch
    split: str
    classes: tuple[Branch, ...]


def read_split_folders(folders: Sequence[Branch]) -> list[SplitFolder]:
    """Return the folders named like a split, which need not be splits."""
    splits = find_splits(folder.name for folder in folders)
    named = [folder for folder in folders if splits.get(folder.name, UNLABELLED) != UNLABELLED]
    # What is a class in one split is a class in another, even where it is the only one there.
    known = {inner.name for folder in named if len(folder.full) > 1 for inner in folder.full}
    read = [_read(folder, splits[folder.name], known) for folder in named]
    trained = {inner.name for one in read if one.split == TRAIN for inner in one.classes}
    return [_without_unlabelled(one, known | trained) for one in read]


def _read(folder: Branch, split: str, known: set[str]) -> SplitFolder:
    inner = folder
    while not inner.pictures and len(inner.full) == 1 and _is_wrapper(inner.full[0], folder, known):
        inner = inner.full[0]
    return SplitFolder(folder, inner, split, inner.full)


def _is_wrapper(only: Branch, folder: Branch, known: set[str]) -> bool:
    """Say whether the only folder in another holds class folders, and is not a class itself."""
    if only.name in known or only.pictures or not only.full:
        return False
    return len(only.full) > 1 or is_called_data(only.name) or only.name.lower() == folder.name.lower()


def _without_unlabelled(one: SplitFolder, known: set[str]) -> SplitFolder:
    """Return the split without classes if its only folder is for unlabelled pictures."""
    if one.split == TRAIN or len(one.classes) != 1 or one.classes[0].name in known:
        return one
    only = one.classes[0]
    unnamed = is_called_data(only.name) or only.name.lower() == one.folder.name.lower() or len(known) > 1
    return SplitFolder(one.folder, one.inner, one.split, ()) if unnamed else one


def are_splits(named: Sequence[SplitFolder], folders: Sequence[Branch]) -> bool | None:
    """Say whether folders named like splits are splits; ``None`` if it cannot be known.

    A class of vehicles can be called "train". A split therefore has to hold class folders, and the folders beside it
    count for or against it.

    Parameters
    ----------
    named
        Those named like splits.
    folders
        All folders side by side.
    """
    layered = [one for one in named if one.classes]
    if not layered:
        return False
    beside = rivals(named, folders)
    if not beside or len({one.split for one in named}) > 1:
        return True
    within = {inner.name for one in layered for inner in one.classes}
    if any(within & {inner.name for inner in folder.full} for folder in beside) and layered[0].split == TRAIN:
        return True
    return None


def rivals(named: Sequence[SplitFolder], folders: Sequence[Branch]) -> list[Branch]:
    """Return the folders beside those named like splits that may be classes: not examples, not unlabelled.

    Parameters
    ----------
    named, folders
        As for :func:`are_splits`.
    """
    own = {id(one.folder) for one in named}
    splits = find_splits(folder.name for folder in folders)
    others = [folder for folder in folders if id(folder) not in own and splits.get(folder.name) != UNLABELLED]
    return [folder for folder in others if not is_called_examples(folder.name)]


def classes_beside(named: Sequence[SplitFolder], folders: Sequence[Branch]) -> list[Branch]:
    """Return the class folders for training that lie beside a folder for testing: ``cat/``, ``dog/`` and ``test/cat/``.

    Parameters
    ----------
    named, folders
        As for :func:`are_splits`.
    """
    if any(one.split == TRAIN for one in named):
        return []
    within = {inner.name for one in named for inner in one.classes}
    beside = rivals(named, folders)
    shared = within & {folder.name for folder in beside}
    return beside if within and 2 * len(shared) >= len(within) else []

"""A folder of the user's: one folder per class, with or without train/, validation/ and test/ above them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION, Dataset
from catseye.datasets.folders.listing import (
    ListedPicture,
    common_size,
    leave_out_broken,
    make_splits,
    range_notes,
)
from catseye.datasets.folders.unread import describe_unread, name_ending
from catseye.datasets.info import LABEL, LONGEST_NAME, Info, is_class_name
from catseye.datasets.set_aside import NOTE, add_test_split, classes_without_pictures
from catseye.errors import CatseyeError, UsageError
from catseye.images.decoding import is_hidden
from catseye.images.formats import is_picture_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from catseye.datasets.file_pictures import FilePictures

SPLIT_FOLDERS = {
    "train": TRAIN,
    "val": VALIDATION,
    "valid": VALIDATION,
    "validation": VALIDATION,
    "test": TEST,
}


def read_folder(root: Path, name: str, home: Path, *, strict: bool = False) -> Dataset:
    """Return the pictures in ``root`` as a data set.

    Classes are the sorted names of the class folders. Pictures stand in an order that depends only on their paths
    in ``root`` and looks random, so that a slice of a split is a fair sample. Every picture is decoded once to
    find the broken ones, and not again before it changes.

    Parameters
    ----------
    root
        Holds one folder per class, or ``train/`` and, if there are, ``val|valid|validation/`` and ``test/``
        with one folder per class in each. A single folder around all that is passed through.
    name
        Name or path that the user gave.
    home
        Folder of the cache that records which pictures are broken.
    strict
        Make a broken picture an error.

    Raises
    ------
    CatseyeError
        There is no class folder, no picture, or (``strict``) a broken picture.
    """
    top = _inner(root)
    notes: list[str] = []
    listed = list(_listed(top, _split_folders(top, notes), notes))
    if not listed:
        raise CatseyeError(_no_pictures(top, name))
    good, left_out = leave_out_broken(listed, name, root, home, strict=strict)
    lost = sorted({p.classes[LABEL] for p in listed} - {p.classes[LABEL] for p in good})
    if lost:
        names, verb = ", ".join(lost), "is" if len(lost) == 1 else "are"
        notes.append(f"all pictures of {names} are broken, so {names} {verb} left out.")
    notes += range_notes(good)
    splits = _splits(good, notes)
    info = replace(_info(name, splits, good), notes=tuple(notes), left_out=left_out)
    return Dataset(info, splits)


def _folders(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and not is_hidden(entry))


def _inner(root: Path) -> Path:
    folders = _folders(root)
    files = [entry for entry in root.iterdir() if entry.is_file() and is_picture_file(entry)]
    # An archive often wraps everything in one folder. A folder without folders is a class, not a wrapper.
    wrapped = len(folders) == 1 and not files and bool(_folders(folders[0]))
    return _inner(folders[0]) if wrapped and folders[0].name.lower() not in SPLIT_FOLDERS else root


def _split_folders(top: Path, notes: list[str]) -> dict[Path, str]:
    """Return each folder that holds class folders, with the name of its split."""
    named = {
        folder: SPLIT_FOLDERS[folder.name.lower()] for folder in _folders(top) if folder.name.lower() in SPLIT_FOLDERS
    }
    others = [folder.name for folder in _folders(top) if folder not in named]
    layered = [split for folder, split in named.items() if _folders(folder)]
    # Vehicles can be called "train": it is a split only if it holds class folders, and so is a lone "test".
    if not layered or (TRAIN not in layered and others):
        named, others = {top: TRAIN}, []
    for folder in named | {top: ""}:
        loose = _count_loose(folder)
        if loose:
            notes.append(
                f"{loose} picture(s) directly in {_inside(folder, top)} are not in a class folder and are ignored."
            )
    if others:
        notes.append(f"folders beside {', '.join(folder.name for folder in named)} are ignored: {', '.join(others)}.")
    return named


def _count_loose(folder: Path) -> int:
    """Return how many pictures lie directly in a folder that should hold class folders."""
    return sum(1 for entry in folder.iterdir() if not is_hidden(entry) and is_picture_file(entry))


def _inside(folder: Path, top: Path) -> str:
    return "the top folder" if folder == top else str(folder.relative_to(top))


def _listed(top: Path, folders: dict[Path, str], notes: list[str]) -> Iterator[ListedPicture]:
    ignored: Counter[str] = Counter()
    for folder, split in folders.items():
        for class_folder in _folders(folder):
            paths = []
            for path in _files(class_folder):
                if is_picture_file(path):
                    paths.append(path)
                else:
                    ignored[name_ending(path.suffix.lower())] += 1
            if not paths:
                notes.append(f"the folder {class_folder.relative_to(top)} holds no pictures.")
            classes = {LABEL: class_folder.name}
            yield from (ListedPicture(path, path.relative_to(top).as_posix(), split, classes) for path in paths)
    if ignored:
        kinds = ", ".join(f"{count} × {suffix}" for suffix, count in sorted(ignored.items()))
        notes.append(f"files in unsupported formats were ignored: {kinds}.")


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if is_hidden(entry):
            continue
        if entry.is_dir():
            if not entry.is_symlink():  # a link to a folder above would never end
                yield from _files(entry)
        else:
            yield entry


def picture_files(folder: Path) -> list[Path]:
    """Return the picture files in ``folder`` and below in sorted order, hidden ones left out.

    Raises
    ------
    UsageError
        There are none; the message says what else was found.
    """
    found = [path for path in _files(folder) if is_picture_file(path)]
    if not found:
        unread = describe_unread(_files(folder))
        known = f" that can be read.\n{unread}" if unread else ""
        raise UsageError(f"{folder} holds no pictures{known}.")
    return found


def _splits(pictures: Sequence[ListedPicture], notes: list[str]) -> dict[str, FilePictures]:
    classes = tuple(sorted({picture.classes[LABEL] for picture in pictures}))
    for name in classes:
        if not is_class_name(name):
            raise CatseyeError(
                f"the folder name {name!a} cannot be used as a class name; rename it, using 1 to {LONGEST_NAME} "
                "printable characters."
            )
    own = make_splits(pictures, {LABEL: classes})
    notes += classes_without_pictures(own)
    splits = add_test_split(own)
    if len(splits) > len(own):
        notes.append(NOTE)
    return splits


def _info(name: str, splits: dict[str, FilePictures], pictures: Sequence[ListedPicture]) -> Info:
    height, width = common_size(pictures) or (None, None)
    first = next(iter(splits.values()))
    counts = {split: len(part) for split, part in splits.items()}
    shape = height, width, first.shape[2]
    return Info(
        name=name,
        version="",
        versions=(),
        description="Pictures of the user's own.",
        address="",
        shape=shape,
        classes=first.classes,
        splits=counts,
        citation="",
        licence="",
    )


def _no_pictures(top: Path, name: str) -> str:
    """Return the error for a folder without a single picture in a class folder."""
    example, loose = f"e.g. {name}/cat/1.jpg.", _count_loose(top)
    unread = "" if loose else describe_unread(_files(top))
    if unread:
        return f"{name} holds no pictures that can be read.\n{unread}."
    if not loose:
        return f"{name} holds no pictures; expected one folder per class with pictures in it, {example}"
    missing = "no pictures in its class folders" if _folders(top) else "no class folders"
    if loose == 1:
        return (
            f"{name} has {missing}; its only picture lies directly in it: put it into a folder for its class, {example}"
        )
    return (
        f"{name} has {missing}; its {loose} pictures lie directly in it: put them into one folder per class, {example}"
    )

"""A folder of the user's: one folder a class, with or without train/, validation/ and test/ above them."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION, Dataset, LeftOut
from catseye.datasets.info import LONGEST_NAME, Info, is_class_name
from catseye.datasets.pictures import FilePictures
from catseye.datasets.splits import SEED, TEST_SHARE, stratified
from catseye.errors import CatseyeError, PictureError
from catseye.images.decode import SUFFIXES, decode, is_hidden, read_bytes
from catseye.images.preprocess import Preprocess
from catseye.progress import progress
from catseye.threads import map_threads

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

SPLIT_FOLDERS = {
    "train": TRAIN,
    "val": VALIDATION,
    "valid": VALIDATION,
    "validation": VALIDATION,
    "test": TEST,
}
DEFAULT_SIDE = 64
_LARGEST_OWN_SIDE = 128  # pixels up to which pictures of one common size are used as they are


@dataclass(frozen=True)
class _Picture:
    """A file that was looked at: its digest, size and colour, or the reason why it cannot be used."""

    path: Path
    split: str
    class_name: str
    digest: str = ""
    size: tuple[int, int] = (0, 0)
    grey: bool = False
    fault: str = ""


def read_folder(root: Path, name: str, *, strict: bool = False) -> Dataset:
    """Return the pictures in ``root`` as a data set.

    Classes are the sorted names of the class folders. Pictures stand in an order that depends only on their paths
    in ``root`` and looks random, so that a slice of a split is a fair sample. Every picture is decoded once to
    find the broken ones.

    Parameters
    ----------
    root
        Holds one folder a class, or ``train/`` and, if there are, ``val|valid|validation/`` and ``test/``
        with one folder a class in each. A single folder around all that is passed through.
    name
        What the user calls it.
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
        raise CatseyeError(f"{name} holds no pictures; {_expected(top, name)}")
    seen = _inspected(listed)
    left_out = tuple(LeftOut(_shown(p.path, root, name), p.fault) for p in seen if p.fault)
    if left_out and strict:
        first = left_out[0]
        raise CatseyeError(f"{name}: {len(left_out)} broken picture(s), first {first.picture}: {first.reason}.")
    good = sorted((p for p in seen if not p.fault), key=lambda p: _order(p.path.relative_to(top)))
    if not good:
        raise CatseyeError(f"{name}: all {len(left_out)} pictures are broken, first {left_out[0].picture}.")
    lost = sorted({p.class_name for p in seen} - {p.class_name for p in good})
    if lost:
        notes.append(f"every picture of {', '.join(lost)} is broken: not a class here.")
    splits = _splits(good, notes)
    return Dataset(_info(name, splits, good), splits, left_out, tuple(notes))


def _folders(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if entry.is_dir() and not is_hidden(entry))


def _inner(root: Path) -> Path:
    folders = _folders(root)
    files = [entry for entry in root.iterdir() if entry.is_file() and entry.suffix.lower() in SUFFIXES]
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
        loose = sum(1 for entry in folder.iterdir() if entry.suffix.lower() in SUFFIXES and not is_hidden(entry))
        if loose:
            notes.append(f"{loose} picture(s) directly in {_inside(folder, top)} are in no class folder and not used.")
    if others:
        notes.append(f"folders beside {', '.join(folder.name for folder in named)} are not used: {', '.join(others)}.")
    return named


def _inside(folder: Path, top: Path) -> str:
    return "the top folder" if folder == top else str(folder.relative_to(top))


def _listed(top: Path, folders: dict[Path, str], notes: list[str]) -> Iterator[_Picture]:
    passed_over: Counter[str] = Counter()
    for folder, split in folders.items():
        for class_folder in _folders(folder):
            paths = []
            for path in _files(class_folder):
                if path.suffix.lower() in SUFFIXES:
                    paths.append(path)
                else:
                    passed_over[path.suffix.lower() or "no ending"] += 1
            if not paths:
                notes.append(f"the folder {class_folder.relative_to(top)} holds no pictures.")
            yield from (_Picture(path, split, class_folder.name) for path in paths)
    if passed_over:
        kinds = ", ".join(f"{count} × {suffix}" for suffix, count in sorted(passed_over.items()))
        notes.append(f"files that are not pictures in a format read here were passed over: {kinds}.")


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
    """Return the picture files in ``folder`` and below in sorted order, hidden ones left out."""
    return [path for path in _files(folder) if path.suffix.lower() in SUFFIXES]


def _inspected(listed: Sequence[_Picture]) -> list[_Picture]:
    seen = []
    with progress("checking pictures", len(listed)) as advance:
        for picture in map_threads(_inspect, listed):
            seen.append(picture)
            advance(1)
    return seen


def _inspect(listed: _Picture) -> _Picture:
    path, split, class_name = listed.path, listed.split, listed.class_name
    try:
        content = read_bytes(path)
        image = decode(content, str(path))
    except PictureError as error:
        return _Picture(path, split, class_name, fault=error.reason)
    digest = hashlib.sha256(content).hexdigest()
    return _Picture(path, split, class_name, digest, (image.height, image.width), image.mode == "L")


def _order(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.as_posix())).hexdigest()


def _splits(pictures: Sequence[_Picture], notes: list[str]) -> dict[str, FilePictures]:
    classes = tuple(sorted({picture.class_name for picture in pictures}))
    for name in classes:
        if not is_class_name(name):
            rule = f"1 to {LONGEST_NAME} characters that can be printed"
            raise CatseyeError(f"the class folder {name!a} cannot name a class; rename it to {rule}.")
    preprocess = _preprocess(pictures)
    splits = {}
    for split in (TRAIN, VALIDATION, TEST):
        own = [picture for picture in pictures if picture.split == split]
        if own:
            labels = np.array([classes.index(picture.class_name) for picture in own], np.int64)
            paths, digests = tuple(p.path for p in own), tuple(p.digest for p in own)
            splits[split] = FilePictures(paths, digests, labels, classes, preprocess)
            missing = [name for index, name in enumerate(classes) if index not in labels]
            if missing:
                notes.append(f"{split} has no picture of {', '.join(missing)}.")
    if TEST not in splits and TRAIN in splits:
        whole = splits[TRAIN]
        train, test = stratified(whole.labels, TEST_SHARE, SEED)
        if len(test):
            splits |= {TRAIN: whole.take(train.tolist()), TEST: whole.take(test.tolist())}
            notes.append(
                f"no test split came with the pictures: {TEST_SHARE:.0%} of each class was set aside (seed {SEED})."
            )
    return splits


def _preprocess(pictures: Sequence[_Picture]) -> Preprocess:
    sizes = {picture.size for picture in pictures}
    channels = 1 if all(picture.grey for picture in pictures) else 3
    own = next(iter(sizes))
    height, width = own if len(sizes) == 1 and max(own) <= _LARGEST_OWN_SIDE else (DEFAULT_SIDE, DEFAULT_SIDE)
    return Preprocess(height, width, channels)


def _info(name: str, splits: dict[str, FilePictures], pictures: Sequence[_Picture]) -> Info:
    sizes = {picture.size for picture in pictures}
    height, width = next(iter(sizes)) if len(sizes) == 1 else (None, None)
    first = next(iter(splits.values()))
    counts = {split: len(part) for split, part in splits.items()}
    shape = height, width, first.shape[2]
    return Info(name, "", (), "Pictures of the user's own.", "", shape, first.classes, counts, "", "")


def _shown(path: Path, root: Path, name: str) -> str:
    return f"{name.rstrip('/')}/{path.relative_to(root).as_posix()}"


def _expected(top: Path, name: str) -> str:
    loose = sum(1 for entry in top.iterdir() if entry.suffix.lower() in SUFFIXES)
    if loose:
        return f"{loose} lie directly in it: put them into one folder a class, e.g. {name}/cat/1.jpg."
    return f"expected one folder a class with pictures in it, e.g. {name}/cat/1.jpg."

"""The pictures of a folder that can be labelled: each content once, without those already labelled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from catseye.active_learning.label_sheet import can_be_named
from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.folders.inspection import hash_files
from catseye.datasets.folders.tree import read_tree
from catseye.datasets.folders.unread import describe_unread
from catseye.datasets.sketch import is_sketched
from catseye.errors import PictureError
from catseye.images.decoding import read_bytes

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from catseye.images.preprocess import Preprocess


@dataclass(frozen=True, eq=False)
class Candidates:
    """The pictures of a folder that can be labelled.

    Attributes
    ----------
    pictures : FilePictures
        Their labels mean nothing.
    copies : int
        Number of files skipped because another one has the same content.
    labelled : int
        Number of files skipped because a picture that is already labelled has the same content.
    broken : tuple of PictureError
        Files that cannot be read at all, or be named in a CSV file; others may turn out to be broken when they are
        decoded.
    others : str
        Which files of other kinds the folder contains, in words; empty if there are none.
    """

    pictures: FilePictures
    copies: int
    labelled: int
    broken: tuple[PictureError, ...]
    others: str


def find_candidates(
    folder: Path, preprocess: Preprocess, labelled: Collection[str], sketch: Sequence[str], home: Path
) -> Candidates:
    """Return the pictures in a folder, and in those below it, that can be labelled.

    Parameters
    ----------
    folder
    preprocess
        The classifier's.
    labelled
        SHA-256 of each picture that is already labelled, as far as known.
    sketch
        The sketch of the training pictures, by which some of them are recognised.
    home
        The folder of the cache of hashes.

    Raises
    ------
    CatseyeError
        A folder cannot be read, or they are nested too deeply.
    """
    branches = list(read_tree(folder).walk())
    paths = sorted(path for branch in branches for path in branch.pictures)
    digests = hash_files(paths, home)
    first: dict[str, Path] = {}
    copies = known = 0
    broken: list[PictureError] = []
    for path, digest in zip(paths, digests, strict=True):
        if not can_be_named(path.relative_to(folder).as_posix()):
            broken.append(PictureError(str(path), "its name cannot be written to a CSV file; rename it"))
        elif not digest:
            broken.append(_why_unread(path))
        elif digest in labelled or is_sketched(sketch, digest):
            known += 1
        elif digest in first:
            copies += 1
        else:
            first[digest] = path
    pictures = FilePictures(tuple(first.values()), tuple(first), np.zeros(len(first), np.int64), ("",), preprocess)
    others = describe_unread(path for branch in branches for path in branch.others)
    return Candidates(pictures, copies, known, tuple(broken), others)


def _why_unread(path: Path) -> PictureError:
    try:
        read_bytes(path)
    except PictureError as error:
        return error
    return PictureError(str(path), "it could no longer be read")

"""How a data set of the catalogue lies on disk, written once and opened by every use: as arrays, or as photographs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np

from catseye.datasets.dataset import Dataset
from catseye.datasets.folders.listing import leave_out_broken, make_splits
from catseye.datasets.info import LABEL
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.datasets.preparation.archive import extract
from catseye.datasets.set_aside import add_test_split, classes_without_pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from catseye.arrays import Integers, Pixels
    from catseye.datasets.folders.listing import ListedPicture
    from catseye.datasets.info import Info

    Reader: TypeAlias = Callable[[Mapping[str, Path]], dict[str, tuple[Pixels, Integers]]]
    Lister: TypeAlias = Callable[[Path], list[ListedPicture]]


class Storage(Protocol):
    """One way to keep a data set in a folder."""

    def write(self, paths: Mapping[str, Path], folder: Path) -> None:
        """Make the folder's content from the archives, whose paths are given by their official names.

        Raises
        ------
        CatseyeError
            An archive is malformed.
        OSError
            The folder cannot be written.
        """

    def open(self, info: Info, folder: Path, home: Path, *, strict: bool) -> Dataset:
        """Return what lies in the folder; ``strict`` makes a broken picture an error.

        Raises
        ------
        CatseyeError
            There are broken pictures (``strict``), or nothing else.
        OSError, ValueError, EOFError
            The folder's content is not whole.
        """


@dataclass(frozen=True)
class Arrays:
    """Small pictures of one size: an array of pictures and one of labels for each split, read as they are used.

    Attributes
    ----------
    read : callable
        Function from the archives' paths by name to ``{split: (images uint8 (N, C, H, W), labels int64 (N,))}``.
    """

    read: Reader

    def write(self, paths: Mapping[str, Path], folder: Path) -> None:
        """Read the archives and write the arrays."""
        for split, (images, labels) in self.read(paths).items():
            np.save(folder / f"{split}-images.npy", images)
            np.save(folder / f"{split}-labels.npy", labels)

    def open(self, info: Info, folder: Path, home: Path, *, strict: bool) -> Dataset:  # noqa: ARG002 (none can be broken)
        """Return the arrays, mapped from disk."""
        splits = {
            split: MemoryPictures(
                np.load(folder / f"{split}-images.npy", mmap_mode="r", allow_pickle=False),
                np.load(folder / f"{split}-labels.npy", allow_pickle=False),
                info.classes,
            )
            for split in info.splits
        }
        return Dataset(info, splits)


@dataclass(frozen=True)
class Photographs:
    """Photographs, as the files that the archives hold.

    Attributes
    ----------
    listed : callable
        Function from the folder with the archives' content to its pictures.
    """

    listed: Lister

    def write(self, paths: Mapping[str, Path], folder: Path) -> None:
        """Unpack the archives; content of another layout is refused."""
        for path in paths.values():
            extract(path, folder)
        self.listed(folder)

    def open(self, info: Info, folder: Path, home: Path, *, strict: bool) -> Dataset:
        """Return the intact pictures; a data set without a test split of its own is divided."""
        good, left_out = leave_out_broken(self.listed(folder), info.name, folder, home, strict=strict)
        splits = make_splits(good, {LABEL: info.classes, **info.other_labels})
        info = replace(info, notes=tuple(classes_without_pictures(splits)), left_out=left_out)
        return Dataset(info, add_test_split(splits))

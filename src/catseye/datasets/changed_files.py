"""Picture files that were changed after their data set was loaded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.folders.inspection import hash_files

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.datasets.dataset import Dataset
    from catseye.datasets.pictures import Pictures


def look_again(dataset: Dataset, home: Path) -> Dataset:
    """Return a loaded data set with its files' present contents; a note says how many have changed.

    Files that have not changed are not opened. One that can no longer be read stays as it was
    listed; decoding it will report the error.
    """
    splits = {name: look_again_at(pictures, home) for name, pictures in dataset.splits.items()}
    changed = [path for name, pictures in splits.items() for path in _changed(dataset.splits[name], pictures)]
    if not changed:
        return dataset
    note = (
        f"{len(changed):,} picture(s) changed after the data set was loaded, first {changed[0]}; "
        "the files are used as they are now."
    )
    return replace(dataset, info=replace(dataset.info, notes=(*dataset.info.notes, note)), splits=splits)


def look_again_at(pictures: Pictures, home: Path) -> Pictures:
    """Return a split with the contents that its files have now; see :func:`look_again`."""
    if not isinstance(pictures, FilePictures):
        return pictures
    found = hash_files(pictures.paths, home)
    digests = tuple(new or old for new, old in zip(found, pictures.digests, strict=True))
    return pictures if digests == pictures.digests else replace(pictures, digests=digests)


def _changed(before: Pictures, now: Pictures) -> list[Path]:
    if before is now or not isinstance(before, FilePictures) or not isinstance(now, FilePictures):
        return []
    rows = zip(now.paths, before.digests, now.digests, strict=True)
    return [path for path, old, new in rows if old != new]

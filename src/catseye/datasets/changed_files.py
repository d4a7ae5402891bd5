"""Picture files that were changed after their data set was loaded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.folders.inspection import hash_files, inspect_files
from catseye.images.value_range import common_range
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from catseye.datasets.dataset import Dataset
    from catseye.datasets.pictures import Pictures
    from catseye.images.value_range import ValueRange


def look_again(dataset: Dataset, home: Path) -> Dataset:
    """Return a loaded data set with its files' present contents; a note says how many have changed.

    Files that have not changed are not opened. One that can no longer be read stays as it was listed; decoding it will
    report the error.
    """
    splits = {name: look_again_at(pictures, home) for name, pictures in dataset.splits.items()}
    changed = [path for name, pictures in splits.items() for path in _changed(dataset.splits[name], pictures)]
    if not changed:
        return dataset
    notes = [_note(changed)]
    before = next((pictures.value_range for pictures in splits.values()), None)
    now = _value_range(splits, changed, before, home)
    if now != before:
        splits = {name: pictures.ranged(now) for name, pictures in splits.items()}
        notes.append(f"their values of more than 8 bits per channel have changed too, so that now {now}.")
    info = replace(dataset.info, notes=(*dataset.info.notes, *notes))
    return replace(dataset, info=info, splits=splits)


def _value_range(
    splits: Mapping[str, Pictures], changed: Sequence[Path], before: ValueRange | None, home: Path
) -> ValueRange | None:
    """Return which values are black and white in the files as they are now, as a fresh load would find them."""
    if before is None and not any(found.extremes for found in inspect_files(changed, home)):
        return None
    paths = [path for pictures in splits.values() if isinstance(pictures, FilePictures) for path in pictures.paths]
    found = [inspection.extremes for inspection in inspect_files(paths, home)]
    return common_range([extremes for extremes in found if extremes]) or before


def look_again_at(pictures: Pictures, home: Path) -> Pictures:
    """Return a split with the contents that its files have now; see :func:`look_again`."""
    if not isinstance(pictures, FilePictures):
        return pictures
    found = hash_files(pictures.paths, home)
    digests = tuple(new or old for new, old in zip(found, pictures.digests, strict=True))
    return pictures if digests == pictures.digests else replace(pictures, digests=digests)


def change_notes(before: Pictures, now: Pictures) -> tuple[str, ...]:
    """Return the note that says how many files of a split :func:`look_again_at` has found changed, if any."""
    changed = _changed(before, now)
    return (_note(changed),) if changed else ()


def _note(changed: Sequence[Path]) -> str:
    return (
        f"{counted(len(changed), 'picture')} changed after the data set was loaded, first {changed[0]}; "
        "the files are used as they are now."
    )


def _changed(before: Pictures, now: Pictures) -> list[Path]:
    if before is now or not isinstance(before, FilePictures) or not isinstance(now, FilePictures):
        return []
    rows = zip(now.paths, before.digests, now.digests, strict=True)
    return [path for path, old, new in rows if old != new]

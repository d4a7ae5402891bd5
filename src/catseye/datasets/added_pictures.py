"""The pictures of an earlier run, and those added for the next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION, Dataset
from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.folders.inspection import hash_files
from catseye.datasets.folders.own_pictures import sort_classes
from catseye.datasets.label_files.label_rows import NO_LABEL
from catseye.datasets.look_alikes import note_look_alikes
from catseye.datasets.picture_record import RecordedPicture
from catseye.datasets.set_aside import NOTE, classes_without_pictures
from catseye.datasets.splits import SEED, TEST_SHARE, stratified
from catseye.errors import CatseyeError, UsageError
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from catseye.datasets.left_out import LeftOut

_MOST_NAMED = 3  # pictures in a note
_MOST_GONE = 0.1  # share of a split's pictures


@dataclass(frozen=True, eq=False)
class Addition:
    """The pictures of a run with those that were added.

    Attributes
    ----------
    dataset : Dataset
        Its test split is the run's, with pictures of new classes.
    learned : int
        Number of pictures that were added to the training pictures.
    corrected, kept_out : int
        Numbers of known pictures with a new label, and of copies of test pictures, which are not used for training.
    new_classes : tuple of str
    """

    dataset: Dataset
    learned: int
    corrected: int
    kept_out: int
    new_classes: tuple[str, ...]


@dataclass(eq=False)
class _Sorted:
    """The pictures of the added data, sorted by what happens to them."""

    new: list[RecordedPicture] = field(default_factory=list)
    corrected: dict[str, RecordedPicture] = field(default_factory=dict)  # by their hashes
    copies: list[Path] = field(default_factory=list)  # of test pictures
    held_out: int = 0  # in a test split of their own
    contradictory: list[Path] = field(default_factory=list)


def add_pictures(known: Sequence[RecordedPicture], added: Dataset, home: Path) -> Addition:
    """Add the pictures of a data set to those of an earlier run.

    Pictures are recognised by their content. Pictures of the run stay in their split, with the label that
    ``added`` gives them, if it does. New pictures are used for training, except a test split that came with ``added``;
    of new classes, a fifth is set aside for testing if the run has a test split.

    Parameters
    ----------
    known
        The pictures of the run.
    added
        The old and the new pictures, or only the new ones, in files.
    home
        Folder of the cache of inspections.

    Raises
    ------
    UsageError
        ``added`` holds nothing new, or is not in files.
    CatseyeError
        More than a tenth of the pictures of a split are missing.
    """
    parts = _file_splits(added)
    places = {digest: path for part in parts.values() for path, digest in zip(part.paths, part.digests, strict=True)}
    kept, gone = _still_there(known, places, home)
    found = _sort(kept, added, parts)
    if not found.new and not found.corrected:
        raise UsageError(_nothing_new(added, found))
    _require_most(known, gone)
    before = {picture.class_name for picture in known}
    rows = [found.corrected.get(one.digest, one)._replace(path=one.path, split=one.split) for one in kept]
    new_classes = sort_classes({one.class_name for one in (*rows, *found.new)} - before)
    fresh = _set_aside(found.new, new_classes) if any(one.split == TEST for one in known) else found.new
    rows += fresh
    splits = _make_splits(rows, parts)
    notes = [*_notes(found, added, gone), *_class_notes(new_classes, splits), *_data_notes(added)]
    left_out = tuple(out for out in added.left_out if not out.reason.startswith(NO_LABEL))
    info = replace(
        added.info,
        classes=next(iter(splits.values())).classes,
        splits={split: len(part) for split, part in splits.items()},
        other_labels={},
        notes=tuple(notes),
        left_out=left_out,
        set_aside=False,
    )
    learned = sum(one.split == TRAIN for one in fresh)
    return Addition(Dataset(info, splits), learned, len(found.corrected), len(found.copies), new_classes)


def _file_splits(added: Dataset) -> dict[str, FilePictures]:
    parts = {split: part for split, part in added.splits.items() if isinstance(part, FilePictures)}
    if len(parts) < len(added.splits):
        raise UsageError(f"only pictures in files can be added to a run; {added.info.called} is in memory.")
    return parts


def _sort(known: Iterable[RecordedPicture], added: Dataset, parts: dict[str, FilePictures]) -> _Sorted:
    by_digest = {picture.digest: picture for picture in known}
    rows = [
        RecordedPicture(path, part.classes[label], split, digest)
        for split, part in parts.items()
        for path, label, digest in zip(part.paths, part.labels.tolist(), part.digests, strict=True)
    ]
    own_test = TEST in parts and not added.info.set_aside
    validated = any(picture.split == VALIDATION for picture in by_digest.values())
    labels = Counter(digest for digest, _ in {(row.digest, row.class_name) for row in rows})
    found, seen = _Sorted(), set()
    for row in rows:
        old = by_digest.get(row.digest)
        if old and old.split == TEST and row.path.resolve() != old.path.resolve():
            found.copies.append(row.path)
        if row.digest in seen:
            continue
        seen.add(row.digest)
        if labels[row.digest] > 1:
            found.contradictory.append(row.path)
        elif old and old.class_name != row.class_name:
            found.corrected[row.digest] = row
        elif not old and own_test and row.split == TEST:
            found.held_out += 1
        elif not old:
            split = VALIDATION if row.split == VALIDATION and validated else TRAIN
            found.new.append(row._replace(split=split))
    return found


def _nothing_new(added: Dataset, found: _Sorted) -> str:
    total = sum(map(len, added.splits.values()))
    unlabelled = _count_unlabelled(added.left_out)
    rest = f"; {counted(unlabelled, 'row')} without a label" if unlabelled else ""
    held = (
        f"; {counted(found.held_out, 'new picture')} in its test split not used for training" if found.held_out else ""
    )
    return (
        f"{added.info.called} adds nothing that the run could learn from: it already knows all of the "
        f"{counted(total, 'picture')}{held}{rest}."
    )


def _still_there(
    known: Sequence[RecordedPicture], places: dict[str, Path], home: Path
) -> tuple[list[RecordedPicture], list[Path]]:
    """Return the pictures whose content still exists, in place or in the added data; and the paths of the others."""
    digests = hash_files([picture.path for picture in known], home)
    kept, gone = [], []
    for picture, digest in zip(known, digests, strict=True):
        if digest == picture.digest:
            kept.append(picture)
        elif picture.digest in places:
            kept.append(picture._replace(path=places[picture.digest]))
        else:
            gone.append(picture.path)
    return kept, gone


def _require_most(known: Sequence[RecordedPicture], gone: Sequence[Path]) -> None:
    """Raise `CatseyeError` if so many pictures of a run are missing that before and after could not be compared."""
    lost = set(gone)
    for split in dict.fromkeys(picture.split for picture in known):
        paths = [picture.path for picture in known if picture.split == split]
        missing = [path for path in paths if path in lost]
        if len(missing) > _MOST_GONE * len(paths):
            raise CatseyeError(
                f"{len(missing):,} of the {len(paths):,} {split} pictures of the run are missing or have changed, "
                f"first {missing[0]}.\nRun the update where the run was made, or include the old pictures."
            )


def _set_aside(new: list[RecordedPicture], new_classes: Sequence[str]) -> list[RecordedPicture]:
    """Return the new pictures, with a fifth of those of new classes moved to the test split."""
    places = [place for place, row in enumerate(new) if row.class_name in new_classes and row.split == TRAIN]
    if not places:
        return new
    labels = np.array([new_classes.index(new[place].class_name) for place in places], np.int64)
    _, chosen = stratified(labels, TEST_SHARE, SEED)
    tested = {places[index] for index in chosen.tolist()}
    return [row._replace(split=TEST) if place in tested else row for place, row in enumerate(new)]


def _make_splits(rows: Sequence[RecordedPicture], parts: dict[str, FilePictures]) -> dict[str, FilePictures]:
    pattern = next(iter(parts.values()))
    classes = sort_classes(row.class_name for row in rows)
    splits = {}
    for split in (TRAIN, VALIDATION, TEST):
        own = [row for row in rows if row.split == split]
        if own:
            labels = np.array([classes.index(row.class_name) for row in own], np.int64)
            paths, digests = tuple(row.path for row in own), tuple(row.digest for row in own)
            splits[split] = replace(pattern, paths=paths, digests=digests, labels=labels, classes=classes, others={})
    return splits


def _notes(found: _Sorted, added: Dataset, gone: Sequence[Path]) -> list[str]:
    name, notes = added.info.called, [f"{counted(len(found.new), 'new picture')} from {added.info.called} used."]
    if found.corrected:
        notes.append(
            f"{counted(len(found.corrected), 'known picture')} relabelled in {name}; the new label is used: "
            f"{_few(f'{row.path} ({row.class_name})' for row in found.corrected.values())}."
        )
    if found.copies:
        copies = counted(len(found.copies), "picture")
        notes.append(
            f"copies of the run's test pictures in {name} are not used for training: {copies}, {_few(found.copies)}."
        )
    if found.held_out:
        notes.append(f"{counted(found.held_out, 'picture')} in the test split of {name} not used for training.")
    if found.contradictory:
        files = counted(len(found.contradictory), "picture")
        notes.append(f"{name} gives more than one label to {files}; ignored: {_few(found.contradictory)}.")
    unlabelled = _count_unlabelled(added.left_out)
    if unlabelled:
        notes.append(f"{counted(unlabelled, 'row')} of {name} skipped: no label.")
    if gone:
        notes.append(f"{counted(len(gone), 'picture')} of the run missing or changed: {_few(gone)}.")
    return notes


def _class_notes(new_classes: Sequence[str], splits: dict[str, FilePictures]) -> list[str]:
    classes = next(iter(splits.values())).classes
    notes = [*note_look_alikes(classes), *classes_without_pictures(splits)]
    if new_classes and TEST in splits:
        notes.append(
            f"new: {', '.join(new_classes)}; a fifth of their pictures was set aside for testing. The comparison of "
            "before and after leaves them out."
        )
    return notes


def _data_notes(added: Dataset) -> list[str]:
    """Return the remarks on the added data that still hold for all pictures together."""
    own = [NOTE, *note_look_alikes(added.info.classes), *classes_without_pictures(added.splits)]
    return [note for note in added.notes if note not in own]


def _count_unlabelled(left_out: Iterable[LeftOut]) -> int:
    return sum(out.reason.startswith(NO_LABEL) for out in left_out)


def _few(values: Iterable[object]) -> str:
    names = [str(value) for value in values]
    return ", ".join(names[:_MOST_NAMED]) + (", …" if len(names) > _MOST_NAMED else "")

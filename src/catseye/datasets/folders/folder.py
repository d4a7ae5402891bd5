"""A user's own folder: one folder per class, with or without split folders above or below them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from catseye.datasets.archive_kind import is_archive
from catseye.datasets.dataset import Dataset
from catseye.datasets.folders.class_folders import name_some
from catseye.datasets.folders.layout import find_layout
from catseye.datasets.folders.listing import (
    ListedPicture,
    leave_out_broken,
    make_splits,
    range_notes,
)
from catseye.datasets.folders.own_pictures import describe_pictures
from catseye.datasets.folders.tree import read_tree
from catseye.datasets.folders.unread import describe_unread, name_ending
from catseye.datasets.info import LABEL, LONGEST_NAME, is_class_name
from catseye.datasets.look_alikes import note_look_alikes
from catseye.datasets.set_aside import NOTE, add_test_split, classes_without_pictures
from catseye.errors import CatseyeError
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from catseye.datasets.file_pictures import FilePictures
    from catseye.datasets.folders.layout import Layout
    from catseye.datasets.folders.tree import Branch
    from catseye.datasets.left_out import LeftOut

_MOST_NAMED = 4


def read_folder(
    root: Path,
    name: str,
    home: Path,
    *,
    strict: bool = False,
    skipped: Sequence[LeftOut] = (),
    notes: Sequence[str] = (),
) -> Dataset:
    """Return the pictures in ``root`` as a data set.

    Classes are the sorted names of the class folders. Pictures are in an order that looks random but depends only on
    their paths in ``root``, so that a slice of a split is a fair sample. Every picture is decoded once to find the
    broken ones, and again only if it changes.

    Parameters
    ----------
    root
        Holds one folder per class; or split folders (``train``, ``validation`` and ``test``, or another usual name)
        with one folder per class in each, or class folders with split folders in each. Outer folders around these are
        skipped; see :func:`catseye.datasets.folders.layout.find_layout`.
    name
        Name or path that the user gave.
    home
        Folder of the cache that records which pictures are broken.
    strict
        Make a broken picture, or one that was skipped, an error.
    skipped, notes
        What was left out when the folder was unpacked from an archive, and further notes on it.

    Raises
    ------
    CatseyeError
        There is no class folder, no picture, or (``strict``) a broken picture.
    """
    if strict and skipped:
        raise CatseyeError(
            f"{name}: {counted(len(skipped), 'member')} left out, first {skipped[0].picture}: {skipped[0].reason}."
        )
    tree = read_tree(root)
    layout = find_layout(tree, name)
    listed = list(_listed(layout))
    if not listed:
        raise CatseyeError(_no_pictures(tree, layout, name))
    good, broken = leave_out_broken(listed, name, root, home, strict=strict)
    lost = sorted({p.classes[LABEL] for p in listed} - {p.classes[LABEL] for p in good})
    said = [*notes, *layout.notes, *_ignored(tree, layout, name), *(doubt.reason for doubt in layout.doubts)]
    if lost:
        names, verb = ", ".join(lost), "is" if len(lost) == 1 else "are"
        said.append(f"all pictures of {names} are broken, so {names} {verb} left out.")
    said += range_notes(good)
    splits, set_aside = _splits(good, said)
    info = replace(
        describe_pictures(name, splits, good),
        notes=tuple(said),
        left_out=(*skipped, *broken),
        doubts=layout.doubts,
        set_aside=set_aside,
    )
    return Dataset(info, splits)


def _listed(layout: Layout) -> Iterator[ListedPicture]:
    for one in layout.classes:
        classes = {LABEL: one.name}
        for branch in one.branch.walk():
            for path in branch.pictures:
                yield ListedPicture(path, path.relative_to(layout.top).as_posix(), one.split, classes)


def _ignored(tree: Branch, layout: Layout, name: str) -> list[str]:
    """Return a note for each kind of item that is ignored without being opened."""
    notes = []
    kinds = Counter(
        name_ending(path.suffix.lower())
        for one in layout.classes
        for branch in one.branch.walk()
        for path in branch.others
    )
    if kinds:
        said = ", ".join(f"{count} × {suffix}" for suffix, count in sorted(kinds.items()))
        notes.append(f"files in unsupported formats were ignored: {said}.")
    links = {path: reason for branch in tree.walk() for path, reason in branch.unfollowed.items()}
    if links:
        named = "; ".join(f"{_shown(path, tree, name)}: {reason}" for path, reason in list(links.items())[:_MOST_NAMED])
        more = f"; and {len(links) - _MOST_NAMED:,} more" if len(links) > _MOST_NAMED else ""
        notes.append(f"did not follow {counted(len(links), 'link')}: {named}{more}.")
    archives = _archives(tree)
    if archives:
        named = name_some(_shown(path, tree, name) for path in archives)
        notes.append(f"archives inside are not unpacked: {named}.")
    return notes


def _archives(tree: Branch) -> list[Path]:
    return [path for branch in tree.walk() for path in branch.others if is_archive(path)]


def _shown(path: Path, tree: Branch, name: str) -> str:
    return f"{name.rstrip('/')}/{path.relative_to(tree.path).as_posix()}"


def _splits(pictures: Sequence[ListedPicture], notes: list[str]) -> tuple[dict[str, FilePictures], bool]:
    classes = tuple(sorted({picture.classes[LABEL] for picture in pictures}))
    for name in classes:
        if not is_class_name(name):
            raise CatseyeError(
                f"the folder name {name!a} cannot be used as a class name; rename it, using 1 to {LONGEST_NAME} "
                "printable characters."
            )
    own = make_splits(pictures, {LABEL: classes})
    notes += [*note_look_alikes(classes), *classes_without_pictures(own)]
    splits = add_test_split(own)
    set_aside = len(splits) > len(own)
    if set_aside:
        notes.append(NOTE)
    return splits, set_aside


def _no_pictures(tree: Branch, layout: Layout, name: str) -> str:
    """Return the error for a folder without a single picture in a class folder."""
    top = next(branch for branch in tree.walk() if branch.path == layout.top)
    example, loose = f"e.g. {name}/cat/1.jpg.", len(top.pictures)
    archives = _archives(tree)
    if not tree.total and archives:
        first = _shown(archives[0], tree, name)
        advice = f"unpack {name} and give one of them" if Path(name).is_file() else f"give one of them, e.g. {first}"
        named = name_some(path.relative_to(tree.path).as_posix() for path in archives)
        return f"{name} holds archives but no pictures ({named}): {advice}."
    unread = "" if loose else describe_unread(path for branch in tree.walk() for path in branch.others)
    if unread:
        return f"{name} holds no pictures that can be read.\n{unread}."
    if not loose:
        return f"{name} holds no pictures; expected one folder per class with pictures in it, {example}"
    missing = "no pictures in its class folders" if top.folders else "no class folders"
    if loose == 1:
        return (
            f"{name} has {missing}; its only picture lies directly in it: put it into a folder for its class, {example}"
        )
    return (
        f"{name} has {missing}; its {loose} pictures lie directly in it: put them into one folder per class, {example}"
    )

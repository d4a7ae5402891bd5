"""The layout of a folder of pictures: which folders are splits, which are classes, and what is neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TEST, TRAIN
from catseye.datasets.doubt import Doubt
from catseye.datasets.folders.class_folders import ClassFolder, doubt_names, find_doubts, name_some, take_classes
from catseye.datasets.folders.split_folders import are_splits, classes_beside, read_split_folders, rivals
from catseye.datasets.folders.split_names import UNLABELLED, find_splits, is_called_data, is_called_examples
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from catseye.datasets.folders.split_folders import SplitFolder
    from catseye.datasets.folders.tree import Branch


@dataclass(frozen=True)
class Layout:
    """What the folders of a data set are.

    Attributes
    ----------
    top : Path
        The folder that holds the splits or classes.
    classes : tuple of ClassFolder
    notes : tuple of str
        What was ignored, and why.
    doubts : tuple of Doubt
        Reasons why these may not be the classes.
    """

    top: Path
    classes: tuple[ClassFolder, ...]
    notes: tuple[str, ...]
    doubts: tuple[Doubt, ...]


def find_layout(root: Branch, name: str) -> Layout:
    """Return the layout of a folder of pictures.

    ``CLASS/``, ``SPLIT/CLASS/`` and ``CLASS/SPLIT/`` are recognised, also inside other folders, and so are class
    folders beside ``test/CLASS/``.

    Parameters
    ----------
    root
        The folder that the user gave.
    name
        The user's name for it, or the archive it was unpacked from.
    """
    return _Reader(root, name).read()


class _Reader:
    """Reads one layout, and collects notes and doubts."""

    def __init__(self, root: Branch, name: str) -> None:
        self._root = root
        self._name = name.rstrip("/")
        self._notes: list[str] = []
        self._doubts: list[Doubt] = []

    def read(self) -> Layout:
        top, classes = self._classes(self._unwrap(self._root))
        return Layout(top.path, tuple(classes), tuple(self._notes), tuple(self._doubts))

    def _unwrap(self, folder: Branch) -> Branch:
        """Return the innermost folder that a folder only wraps: archives often hold everything in one folder."""
        while len(folder.full) == 1 and self._is_wrapper(folder.full[0], beside=len(folder.pictures)):
            self._note_loose(folder)
            folder = folder.full[0]
        return folder

    def _is_wrapper(self, only: Branch, beside: int) -> bool:
        # A folder without folders is a class, not a wrapper.
        if not only.full or ((only.pictures or beside) and len(only.full) == 1 and not only.full[0].full):
            return False
        inside = read_split_folders(only.full)
        if len({one.split for one in inside if one.classes}) > 1:
            return True
        return not any(one.classes for one in read_split_folders([only]))

    def _classes(self, top: Branch) -> tuple[Branch, list[ClassFolder]]:
        """Return the class folders, and the folder that holds them or their splits."""
        named = read_split_folders(top.full)
        verdict = are_splits(named, top.full)
        training = classes_beside(named, top.full) if verdict is None else []
        if verdict or training:
            return top, self._from_splits(top, named, training)
        if _divided(top.full):
            return top, self._from_divided(top)
        inner = _data_beside_examples(top.full)
        if inner:
            self._note_loose(top)
            self._note_beside([inner], [folder for folder in top.folders if folder is not inner])
            return self._classes(self._unwrap(inner))
        if verdict is None:
            self._doubt_split(named, top)
        return top, self._from_folders(top)

    def _from_splits(self, top: Branch, named: Sequence[SplitFolder], training: Sequence[Branch]) -> list[ClassFolder]:
        result = take_classes(training, TRAIN, self._notes)
        for one in named:
            if one.folder.full and not one.classes:
                self._note_unlabelled(one.folder)
                continue
            for folder in dict.fromkeys((one.folder, one.inner)):
                self._note_loose(folder)
            self._note_empty(one.inner)
            result += take_classes(one.classes, one.split, self._notes)
        for split in dict.fromkeys(one.split for one in named):
            joined = [one.folder.name for one in named if one.split == split and one.classes]
            if len(joined) > 1:
                self._notes.append(f"{name_some(joined)} together are the {split} split.")
        self._note_loose(top)
        used = [one.folder for one in named] + list(training)
        self._note_beside(used, [folder for folder in top.folders if all(folder is not own for own in used)])
        first = next(split for split in [TRAIN, *(one.split for one in named)] if any(c.split == split for c in result))
        classes = [one for one in result if one.split == first]
        self._doubts += find_doubts(classes, self._give) or doubt_names(result)
        return result

    def _from_divided(self, top: Branch) -> list[ClassFolder]:
        """Return the classes of ``CLASS/SPLIT/``."""
        self._note_loose(top)
        self._note_empty(top)
        result = []
        for folder in top.full:
            if folder.pictures:
                self._notes.append(
                    f"ignored {counted(len(folder.pictures), 'picture')} directly in {self._inside(folder)}, in none "
                    "of its split folders."
                )
            splits = find_splits(inner.name for inner in folder.full)
            result += [ClassFolder(inner, folder.name, splits[inner.name]) for inner in folder.full]
        return result

    def _from_folders(self, top: Branch) -> list[ClassFolder]:
        self._note_loose(top)
        self._note_empty(top)
        unlabelled = _unlabelled(top.full)
        for folder in unlabelled:
            self._note_unlabelled(folder)
        classes = take_classes([folder for folder in top.full if folder not in unlabelled], TRAIN, self._notes)
        if not self._doubts:
            self._doubts += _doubt_partly_divided(top.full)
        if not self._doubts:
            self._doubts += find_doubts(classes, self._give) or doubt_names(classes)
        return classes

    def _doubt_split(self, named: Sequence[SplitFolder], top: Branch) -> None:
        one = next(one for one in named if one.classes)
        others = name_some(folder.name for folder in rivals(named, top.full))
        reason = (
            f"{one.folder.name} holds folders ({name_some(inner.name for inner in one.classes)}), as a split does, but "
            f"there are pictures in {others} beside it too. Give {self._give(one.folder)}, or put the pictures of "
            f"{one.folder.name} directly into it if it is a class."
        )
        self._doubts.append(Doubt(reason, (one.folder.name,), serious=True))

    def _give(self, folder: Branch) -> str:
        return f"{self._name}/{folder.path.relative_to(self._root.path).as_posix()}"

    def _inside(self, folder: Branch) -> str:
        path = folder.path.relative_to(self._root.path).as_posix()
        return "the top folder" if path == "." else path

    def _note_loose(self, folder: Branch) -> None:
        """Note how many pictures lie directly in a folder that should hold class folders."""
        if folder.pictures:
            self._notes.append(
                f"ignored {counted(len(folder.pictures), 'picture')} directly in {self._inside(folder)}, not in a "
                "class folder."
            )

    def _note_unlabelled(self, folder: Branch) -> None:
        self._notes.append(
            f"ignored {counted(folder.total, 'picture')} in {self._inside(folder)}, not in class folders: taken as "
            "unlabelled."
        )

    def _note_empty(self, folder: Branch) -> None:
        self._notes += [f"the folder {self._inside(one)} holds no pictures." for one in folder.folders if not one.total]

    def _note_beside(self, used: Iterable[Branch], others: Sequence[Branch]) -> None:
        if others:
            count = sum(folder.total for folder in others)
            held = f" They hold {counted(count, 'picture')}." if count else ""
            self._notes.append(
                f"folders beside {', '.join(folder.name for folder in used)} are ignored: "
                f"{', '.join(folder.name for folder in others)}.{held}"
            )


def _data_beside_examples(folders: Sequence[Branch]) -> Branch | None:
    """Return the only folder that holds class folders, if names show that those beside it are not classes."""
    deep = [folder for folder in folders if not folder.pictures and len(folder.full) > 1]
    beside = [folder.name for folder in folders if folder not in deep]
    if len(deep) != 1 or not beside:
        return None
    splits = find_splits(beside)
    plain = all(is_called_examples(name) or name in splits for name in beside)
    return deep[0] if plain or is_called_data(deep[0].name) else None


def _divided(folders: Sequence[Branch]) -> bool:
    """Say whether every folder is a class divided into split folders: ``CLASS/SPLIT/``."""
    inside = [_splits_in(folder) for folder in folders]
    pictured = all(inner.pictures for folder in folders for inner in folder.full)
    return bool(folders) and all(inside) and pictured and any(len(splits) > 1 for splits in inside)


def _splits_in(folder: Branch) -> set[str]:
    """Return the splits that a folder is divided into; none if something else lies in it."""
    splits = find_splits(inner.name for inner in folder.full)
    found = set(splits.values())
    return found if len(splits) == len(folder.full) and UNLABELLED not in found else set()


def _doubt_partly_divided(folders: Sequence[Branch]) -> list[Doubt]:
    divided = [folder.name for folder in folders if len(_splits_in(folder)) > 1 and not folder.pictures]
    others = [folder.name for folder in folders if folder.name not in divided]
    if not divided or not others:
        return []
    reason = (
        f"{name_some(divided)} {'is' if len(divided) == 1 else 'are'} divided into splits, "
        f"{name_some(others)} {'is' if len(others) == 1 else 'are'} not. Divide all classes, or none."
    )
    return [Doubt(reason, tuple(divided), serious=True)]


def _unlabelled(folders: Sequence[Branch]) -> list[Branch]:
    """Return the folders beside class folders that hold unlabelled test pictures."""
    splits = find_splits(folder.name for folder in folders)
    found = [f for f in folders if splits.get(f.name) in (TEST, UNLABELLED) and not _has_classes(f)]
    others = [folder for folder in folders if folder.name not in splits]
    # Where "train" is a class too, so is "test"; and two classes must be left.
    return found if len(others) > 1 and len(others) + len(found) == len(folders) else []


def _has_classes(folder: Branch) -> bool:
    return len(folder.full) > 1

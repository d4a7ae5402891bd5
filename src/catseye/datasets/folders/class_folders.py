"""Folders treated as classes, and doubts about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.datasets.doubt import Doubt
from catseye.datasets.folders.split_names import find_splits, is_called_data, is_called_masks
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from catseye.datasets.folders.tree import Branch

_MOST_NAMED = 4


@dataclass(frozen=True, eq=False)
class ClassFolder:
    """A folder whose pictures, directly in it and below, are of one class in one split."""

    branch: Branch
    name: str
    split: str


def name_some(names: Iterable[str]) -> str:
    """Return names as a list in words: all if there are few, else the first ones."""
    listed = list(names)
    more = len(listed) - _MOST_NAMED
    return ", ".join(listed if more <= 1 else [*listed[:_MOST_NAMED], f"{more:,} more"])


def take_classes(folders: Sequence[Branch], split: str, notes: list[str]) -> list[ClassFolder]:
    """Return folders as the classes of a split; ``CLASS/masks`` beside ``CLASS/images`` is left out.

    Parameters
    ----------
    folders
    split
    notes
        Notes on what is left out are added to it.
    """
    taken = [(folder, _without_masks(folder)) for folder in folders]
    masks = sum(folder.total - chosen.total for folder, chosen in taken)
    if masks:
        notes.append(f"ignored {counted(masks, 'picture')} in folders of masks or labels.")
    return [ClassFolder(chosen, folder.name, split) for folder, chosen in taken]


def _without_masks(folder: Branch) -> Branch:
    data = [inner for inner in folder.full if is_called_data(inner.name)]
    masks = [inner for inner in folder.full if is_called_masks(inner.name)]
    alone = not folder.pictures and len(data) == 1 and masks and len(folder.full) == 1 + len(masks)
    return data[0] if alone else folder


def find_doubts(classes: Sequence[ClassFolder], give: Callable[[Branch], str]) -> list[Doubt]:
    """Return doubts about whether the folders of one split are classes.

    Parameters
    ----------
    classes
    give
        Function that returns how the user can name a folder.
    """
    deep = [one.branch for one in classes if not one.branch.pictures and len(one.branch.full) > 1]
    if not deep:
        return []
    names = name_some(folder.name for folder in deep)
    same = _same_folders(deep) if len(deep) == len(classes) else []
    if same:
        what = "splits" if len(find_splits(same)) == len(same) else "the classes"
        reason = (
            f"{names} hold the same folders ({name_some(same)}), which look like {what}. Give one of them, e.g. "
            f"{give(deep[0])}; if {names} are the classes, put their pictures directly into them."
        )
    else:
        alone = len(deep) == 1
        verb, which, first = ("holds", deep[0].name, "") if alone else ("hold", "one of them", "one of them, e.g. ")
        inside = name_some(inner.name for inner in deep[0].full)
        reason = (
            f"{names} {verb} pictures only in subfolders ({inside}); all pictures of {which} count as one class. "
            f"If the subfolders are the classes, give {first}{give(deep[0])}."
        )
    return [Doubt(reason, tuple(folder.name for folder in deep), serious=bool(same))]


def _same_folders(deep: Sequence[Branch]) -> list[str]:
    """Return the names of the folders that several folders share, if those are at least half of all."""
    contents = [{inner.name.lower() for inner in folder.full} for folder in deep]
    common, every = set.intersection(*contents), set.union(*contents)
    alike = len(deep) > 1 and len(common) > 1 and 2 * len(common) >= len(every)
    return [inner.name for inner in deep[0].full if inner.name.lower() in common] if alike else []


def doubt_names(classes: Sequence[ClassFolder]) -> list[Doubt]:
    """Return doubts about classes whose names are those of splits or of data folders."""
    names = {one.name for one in classes}
    if len(names) == 1 and is_called_data(min(names)):
        reason = (
            f"all pictures lie in folders called {min(names)}, which is not a class. "
            "Put them into one folder per class."
        )
        return [Doubt(reason, tuple(names), serious=True)]
    splits = find_splits(one.name for one in classes)
    if len(set(splits.values())) < 2:
        return []
    only = len(splits) == len(classes)
    what = "hold pictures without class folders" if only else "lie beside other classes"
    reason = (
        f"{name_some(splits)} are named like splits but {what}, so each is treated as a class. Expected e.g. "
        f"{min(splits)}/CLASS/."
    )
    return [Doubt(reason, tuple(splits), serious=only)]

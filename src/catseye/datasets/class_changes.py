"""Classes of a data set merged, renamed or left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from catseye.arguments import received
from catseye.datasets.info import LONGEST_NAME, is_class_name
from catseye.datasets.look_alikes import note_look_alikes
from catseye.datasets.set_aside import classes_without_pictures
from catseye.errors import UsageError, unknown
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catseye.datasets.dataset import Dataset
    from catseye.datasets.pictures import Pictures

_FEWEST = 2  # classes


@dataclass(frozen=True)
class ClassChanges:
    """The requested changes: all old names are those in the data set, so the order of the changes does not matter.

    Attributes
    ----------
    merge : tuple of (str or tuple of str, str or None)
        Classes to merge, and the name for all of them. A text ``"a,b=c"`` whose second part is ``None`` is divided once
        the classes are known, as names may hold commas and equals signs.
    rename : tuple of (str, str or None)
        A class and its new name; or a text ``"a=b"``, likewise.
    drop : tuple of str
        Classes whose pictures are left out; a text may be several, separated by commas.
    """

    merge: tuple[tuple[str | tuple[str, ...], str | None], ...] = ()
    rename: tuple[tuple[str, str | None], ...] = ()
    drop: tuple[str, ...] = ()

    @classmethod
    def read(cls, merge: object, rename: object, drop: object) -> Self:
        """Return the changes given as texts, such as ``"a,b=c"``, or as mappings, such as ``{"c": ["a", "b"]}``.

        Raises
        ------
        UsageError
            It is something else.
        """
        if isinstance(merge, Mapping):
            merged: list[Any] = [(tuple(_texts("merge", names)), new) for new, names in merge.items()]
        else:
            merged = [(text, None) for text in _texts("merge", merge)]
        if isinstance(rename, Mapping):
            renamed: list[Any] = list(rename.items())
        else:
            renamed = [(text, None) for text in _texts("rename", rename)]
        for option, pairs in (("merge", merged), ("rename", renamed)):
            for pair in pairs:
                for name in pair:
                    if not isinstance(name, str | tuple | None):
                        raise UsageError(f"{option} takes names of classes; got {received(name)}.")
        return cls(tuple(merged), tuple(renamed), tuple(_texts("drop", drop)))

    @property
    def given(self) -> bool:
        """Whether anything is to be changed."""
        return bool(self.merge or self.rename or self.drop)


def _texts(option: str, value: object) -> list[str]:
    if value is None:
        return []
    several: list[Any] = [value] if isinstance(value, str) or not isinstance(value, Iterable) else list(value)
    for one in several:
        if not isinstance(one, str) or not one.strip():
            raise UsageError(f"{option} takes names of classes; got {received(one)}.")
    return several


def repeat_changes(options: Sequence[str], classes: Sequence[str]) -> ClassChanges:
    """Return the changes that command-line ``options`` describe, as far as they concern ``classes``."""
    merge: list[tuple[tuple[str, ...], str]] = []
    drop: list[str] = []
    for option, value in zip(options[::2], options[1::2], strict=True):
        if option in ("--merge", "--rename"):
            names, new = _divide(option, value, None, classes, several=option == "--merge")
            # The classes may go by their new names already, which renaming would report as a clash.
            merge += [(known, new)] if (known := tuple(name for name in names if name in classes)) else []
        elif option == "--drop" and value in classes:
            drop.append(value)
    return ClassChanges(tuple(merge), (), tuple(drop))


def change_classes(dataset: Dataset, changes: ClassChanges, *, fewest: int = _FEWEST) -> Dataset:
    """Return the data set with its classes merged, renamed and left out, all at once; notes say so.

    The splits stay as they are: the test pictures are the same as without the changes. At least
    ``fewest`` classes must remain.

    Raises
    ------
    UsageError
        There is no such class, a class is to be changed in two ways, two classes would have one name, or fewer than two
        classes would remain.
    """
    before = dataset.info.classes
    names = _new_names(changes, before)
    after = tuple(dict.fromkeys(name for one in before if (name := names[one]) is not None))
    if len(after) < fewest:
        left = f"only {after[0]}" if after else "no class"
        needs = "; a classifier needs at least two classes" if fewest == _FEWEST else ""
        raise UsageError(f"these changes to {', '.join(before)} leave {left}{needs}.")
    splits = {split: _with_names(pictures, names, after) for split, pictures in dataset.splits.items()}
    splits = {split: pictures for split, pictures in splits.items() if len(pictures)}
    info = dataset.info
    stale = [*note_look_alikes(before), *classes_without_pictures(dataset.splits)]
    notes = [note for note in info.notes if note not in stale]
    notes += [*note_look_alikes(after), *classes_without_pictures(splits), *_describe(names, dataset)]
    info = replace(
        info,
        classes=after,
        splits={split: len(pictures) for split, pictures in splits.items()},
        notes=tuple(notes),
        options=(*info.options, *_on_command_line(names)),
    )
    return replace(dataset, info=info, splits=splits)


def _new_names(changes: ClassChanges, classes: Sequence[str]) -> dict[str, str | None]:
    """Return the new name of each class, ``None`` for one that is left out."""
    asked: dict[str, str | None] = {}

    def ask(name: str, new: str | None) -> None:
        if name not in classes:
            raise unknown("class", name, classes)
        if asked.setdefault(name, new) != new:
            ways = (f"become {other}" if other is not None else "be dropped" for other in (asked[name], new))
            raise UsageError(f"the class {name} cannot {' and '.join(ways)}; choose one.")

    joined = [_divide("merge", *one, classes, several=True) for one in changes.merge]
    renamed = [_divide("rename", *one, classes) for one in changes.rename]
    for names, new in (*joined, *renamed):
        for name in names:
            ask(name, _checked(new))
    for text in changes.drop:
        for name in _listed(text, classes):
            ask(name, None)
    for new in {new for _, new in joined} & set(classes):
        asked.setdefault(new, new)  # a class into which others are merged
    result = {name: asked.get(name, name) for name in classes}
    _check_clashes(result, {new for _, new in joined})
    return result


def _divide(
    option: str, left: str | tuple[str, ...], right: str | None, classes: Sequence[str], *, several: bool = False
) -> tuple[tuple[str, ...], str]:
    """Return the classes on the left of an equals sign and the name on its right."""
    if right is not None:
        return (left,) if isinstance(left, str) else left, right
    text = str(left)
    places = [place for place, letter in enumerate(text) if letter == "=" and 0 < place < len(text) - 1]
    if not places:
        example = "cat,kitten=cat" if several else "cats=cat"
        raise UsageError(f"{option} takes OLD=NEW, e.g. {example}; got {received(text)}.")
    ways = [(_listed(text[:place], classes) if several else (text[:place],), text[place + 1 :]) for place in places]
    names, new = next((way for way in ways if all(name in classes for name in way[0])), ways[0])
    return names, new.strip()


def _listed(text: str, classes: Sequence[str]) -> tuple[str, ...]:
    """Return the class with this name, or several if it is a list of names separated by commas."""
    return (text,) if text in classes else tuple(word.strip() for word in text.split(","))


def _checked(name: str) -> str:
    if not is_class_name(name):
        raise UsageError(f"{received(name)} cannot be a class name; use 1 to {LONGEST_NAME} printable characters.")
    return name


def _check_clashes(names: Mapping[str, str | None], joined: Iterable[str]) -> None:
    """Raise `UsageError` if two classes that are not to be merged have the same name."""
    owners: dict[str, str] = {}
    for old, new in names.items():
        if new is None or new in joined:
            continue
        other = owners.setdefault(new, old)
        if other != old:
            raise UsageError(
                f"{other} and {old} would both be called {new}; to merge them: --merge '{other},{old}={new}'."
            )


def _with_names(pictures: Pictures, names: Mapping[str, str | None], classes: tuple[str, ...]) -> Pictures:
    places = [-1 if (name := names[old]) is None else classes.index(name) for old in pictures.classes]
    labels = np.array(places, np.int64)[pictures.labels]
    kept = np.flatnonzero(labels >= 0)
    chosen: Any = pictures if len(kept) == len(labels) else pictures.take(kept.tolist())
    return replace(chosen, labels=labels[kept], classes=classes)  # type: ignore[no-any-return]


def _describe(names: Mapping[str, str | None], dataset: Dataset) -> list[str]:
    notes = []
    for new, olds in _groups(names).items():
        if len(olds) > 1:
            notes.append(f"the classes {', '.join(olds)} are merged into {new}.")
        elif olds[0] != new:
            notes.append(f"the class {olds[0]} is called {new}.")
    dropped = [old for old, new in names.items() if new is None]
    if dropped:
        numbers = [dataset.info.classes.index(name) for name in dropped]
        count = sum(int(np.isin(part.labels, numbers).sum()) for part in dataset.splits.values())
        notes.append(f"{counted(count, 'picture')} of {', '.join(dropped)} left out, as asked.")
    return notes


def _groups(names: Mapping[str, str | None]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for old, new in names.items():
        if new is not None:
            groups.setdefault(new, []).append(old)
    return groups


def _on_command_line(names: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return the options that change the classes in the same way."""
    words: list[str] = []
    for new, olds in _groups(names).items():
        if len(olds) == 1:
            words += ["--rename", f"{olds[0]}={new}"] if olds[0] != new else []
        elif any("," in old for old in olds):
            words += [word for old in olds for word in ("--merge", f"{old}={new}")]
        else:
            words += ["--merge", f"{','.join(olds)}={new}"]
    words += [word for old, new in names.items() if new is None for word in ("--drop", old)]
    return tuple(words)

"""Pictures whose classes go by other names than the classifier's: ``cats`` for ``cat``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from catseye.arguments import received
from catseye.classifier.classes import find_class, match_labels
from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.errors import CatseyeError, UsageError, unknown

if TYPE_CHECKING:
    from catseye.datasets.pictures import Pictures


def read_names_map(value: object) -> dict[str, str]:
    """Return a mapping from the pictures' class names to the classifier's, or ``"cats=cat"``, one or several.

    Raises
    ------
    UsageError
        It is something else, or gives one name two meanings.
    """
    if isinstance(value, Mapping):
        pairs: list[Any] = list(value.items())
    else:
        several = (value,) if isinstance(value, str) or not isinstance(value, Iterable) else tuple(value)
        pairs = [tuple(one.split("=", 1)) if isinstance(one, str) else (one,) for one in several]
    names: dict[str, str] = {}
    for pair in pairs:
        if len(pair) != 2 or not all(isinstance(name, str) and name for name in pair):
            raise UsageError(f"a class is renamed as THEIRS=OURS, e.g. cats=cat; got {received(pair[0])}.")
        theirs, ours = pair
        if names.setdefault(theirs, ours) != ours:
            raise UsageError(f"{theirs!r} is renamed to {names[theirs]!r} and to {ours!r}; choose one.")
    return names


def rename_classes(pictures: Pictures, classes: tuple[str, ...], names: Mapping[str, str]) -> Pictures:
    """Return pictures labelled by ``classes``; ``names`` maps their own names to these, others stay as they are.

    Classes of the classifier are named as for :meth:`catseye.Classifier.class_index`. Several names may mean one class.

    Raises
    ------
    UsageError
        The pictures have no class of that name, or there is none among ``classes``.
    """
    for theirs in names:
        if theirs not in pictures.classes:
            raise unknown("class of the pictures", theirs, pictures.classes)
    known = {theirs: classes[find_class(classes, ours)] for theirs, ours in names.items()}
    renamed = tuple(known.get(name, name) for name in pictures.classes)
    if isinstance(pictures, FilePictures):
        named: Pictures = replace(pictures, classes=renamed)
        return replace(pictures, labels=match_labels(classes, named), classes=classes)
    if isinstance(pictures, MemoryPictures):
        named = replace(pictures, classes=renamed)
        return replace(pictures, labels=match_labels(classes, named), classes=classes)
    raise CatseyeError("the classes of such pictures cannot be renamed.")

"""What is known of a data set without looking at a picture."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from unicodedata import category

from catseye.datasets.named import Named
from catseye.drawing.answer import Answer
from catseye.drawing.graphemes import shorten
from catseye.errors import UsageError, unknown, with_short_traceback
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from catseye.datasets.doubt import Doubt
    from catseye.datasets.left_out import LeftOut

IMAGE, LABEL = "image", "label"
LONGEST_NAME = 200
# Names of data that no command can load: of arrays, and of parts of a data set that no split gives.
_IN_MEMORY = re.compile(r"(?:arrays|pictures|.* part) [0-9a-f]{8}")
OF_ARRAYS, OF_SPLIT = "Arrays of the caller's own, in memory.", "A split, or a part of one."  # descriptions
_MOST_NAMED, _LONGEST_SHOWN = 3, 24  # classes in a line, letters of each
# Control characters, halves of surrogate pairs, line and paragraph separators: what can command a terminal or break
# a line. Spaces of any kind and the joiners of emoji are names' own business.
_UNPRINTABLE = ("Cc", "Cs", "Zl", "Zp")


def is_class_name(name: str) -> bool:
    """Say whether ``name`` can be shown anywhere: 1 to ``LONGEST_NAME`` characters, none of them a command."""
    return 0 < len(name) <= LONGEST_NAME and not any(category(letter) in _UNPRINTABLE for letter in name)


def is_in_memory(name: str) -> bool:
    """Say whether a name is that of arrays, or of a part that no split gives, which no command can load."""
    return _IN_MEMORY.fullmatch(name) is not None


def shape_in_words(shape: tuple[int | None, ...]) -> str:
    """Return a shape as ``"28×28×1"``; ``"number"`` if it has no axis."""
    return "×".join("any" if side is None else str(side) for side in shape) or "number"


def count_classes(classes: tuple[str, ...]) -> str:
    """Return ``"10 classes"`` or ``"1 class"``."""
    return f"{counted(len(classes), 'class', 'classes')}"


def _few(names: Sequence[str]) -> str:
    """Return the first few names, and a sign that there are more."""
    return ", ".join(shorten(name, _LONGEST_SHOWN) for name in names[:_MOST_NAMED]) + (
        ", …" if len(names) > _MOST_NAMED else ""
    )


@dataclass(frozen=True, repr=False)
class Feature:
    """One named part of a record.

    Attributes
    ----------
    shape : tuple of int or None
        ``None`` where it differs from record to record; ``()`` is a single number.
    type : str
        A NumPy type's name.
    classes : tuple of str
        Meanings of the numbers 0, 1, …; empty where they are just numbers.
    """

    shape: tuple[int | None, ...]
    type: str
    classes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        kind = f"{count_classes(self.classes)}: {_few(self.classes)}" if self.classes else self.type
        return f"Feature({f'{shape_in_words(self.shape)} ' if self.shape else ''}{kind})"

    @property
    def num_classes(self) -> int:
        """How many classes the numbers stand for; 0 where they are just numbers."""
        return len(self.classes)

    @property
    def names(self) -> tuple[str, ...]:
        """The same as ``classes``."""
        return self.classes

    def to_json(self) -> dict[str, Any]:
        """Return the feature as JSON values."""
        entry: dict[str, Any] = {"shape": list(self.shape), "type": self.type}
        return entry | ({"number_of_classes": len(self.classes), "classes": list(self.classes)} if self.classes else {})


@dataclass(frozen=True, kw_only=True, repr=False)
class Info(Answer):
    """A data set's description; a notebook displays it as a table.

    Attributes
    ----------
    name, version : str
        The version is ``major.minor.patch``; empty for a folder or archive of the user's.
    versions : tuple of str
        All versions that exist.
    description, address, citation, licence : str
        Texts; the address is that of the page that presents the data set.
    shape : tuple
        Height, width and channels of every picture, each ``None`` where pictures differ.
    classes : tuple of str
        Names, in the order of the labels 0, 1, ….
    splits : mapping of str to int
        Number of pictures in each split.
    label : str
        Name of the label that the classes belong to.
    other_labels : mapping of str to tuple of str
        The class names of further labels.
    notes : tuple of str
        Remarks that matter for reading a result: a test split that we made, an unofficial copy, ….
    left_out : tuple of LeftOut
        Pictures that cannot be used: broken ones, archive members that were not unpacked, pictures that a label file
        names but that do not exist, ….
    doubts : tuple of Doubt
        Why the classes may not be the intended ones; the notes include the reasons.
    set_aside : bool
        Whether the test split is one that we made.
    options : tuple of str
        Command-line options, besides the name and the split, that load the same data set.
    split : str
        For a part of a data set, the split that it is, such as ``"train[:400]"``; empty if no such text gives it.

    Examples
    --------
    >>> import catseye
    >>> info = catseye.info("mnist")
    >>> info
    Info(mnist: 60,000 train + 10,000 test, 10 classes, 28×28×1)
    >>> info.features["label"].num_classes, info.features["label"].names[:3]
    (10, ('0', '1', '2'))
    """

    name: str
    version: str
    versions: tuple[str, ...]
    description: str
    address: str
    shape: tuple[int | None, int | None, int | None]
    classes: tuple[str, ...]
    splits: Mapping[str, int]
    citation: str
    licence: str
    label: str = LABEL
    other_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    set_aside: bool = False
    options: tuple[str, ...] = ()
    split: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "splits", Named("split", self.splits))

    def __repr__(self) -> str:
        return f"Info({self.called}: {self.extent})"

    @property
    def called(self) -> str:
        """The data set's name in titles, without the number that distinguishes arrays and nameless parts."""
        return self.name.rpartition(" ")[0] if self.made_in_python else self.name

    @property
    def made_in_python(self) -> bool:
        """Whether it was made from arrays or a split, so that no command can load it."""
        return self.description == OF_ARRAYS or (self.is_part and not self.split)

    @property
    def is_part(self) -> bool:
        """Whether it is a split of a data set, or a part of one."""
        return self.description == OF_SPLIT

    @property
    def extent(self) -> str:
        """How many pictures of which size there are, and of how many classes, in a few words."""
        counts = " + ".join(f"{count:,} {split}" for split, count in self.splits.items())
        size = "various sizes" if None in self.shape else shape_in_words(self.shape)
        return f"{counts}, {count_classes(self.classes)}, {size}"

    @property
    def features(self) -> Named[Feature]:
        """The named parts of a record: the picture (H, W, C), its label, and further labels."""
        labels = {self.label: self.classes, **self.other_labels}
        own = {name: Feature((), "int64", classes) for name, classes in labels.items()}
        return Named("feature", {IMAGE: Feature(self.shape, "uint8"), **own})

    @property
    def supervised(self) -> tuple[str, str]:
        """The features that are the input and the answer in supervised learning."""
        return IMAGE, self.label

    @with_short_traceback
    def labelled(self, name: str) -> Info:
        """Return the description of the same pictures, labelled by another of their labels.

        Raises
        ------
        UsageError
            There is no such label.
        """
        classes = {self.label: self.classes, **self.other_labels}
        if name not in classes:
            raise unknown("label", name, classes)
        chosen = classes.pop(name)
        return replace(self, label=name, classes=chosen, other_labels=classes)

    def require_classes(self) -> None:
        """Raise `UsageError` if there is a serious doubt whether the classes are classes."""
        for doubt in self.doubts:
            if doubt.serious:
                raise UsageError(f"{self.name}: {doubt.reason}")

    def to_json(self) -> dict[str, Any]:
        """Return the description as JSON values."""
        return {
            "name": self.name,
            "version": self.version,
            "versions": list(self.versions),
            "description": self.description,
            "address": self.address,
            "features": {name: feature.to_json() for name, feature in self.features.items()},
            "classes": list(self.classes),
            "splits": dict(self.splits),
            "supervised": list(self.supervised),
            "citation": self.citation,
            "licence": self.licence,
            "notes": list(self.notes),
            "left_out": [out.to_json() for out in self.left_out],
        }

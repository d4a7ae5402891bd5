"""A data set: its description and its splits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from catseye.datasets.joined import join_pictures
from catseye.datasets.named import Named
from catseye.datasets.origin import Origin
from catseye.datasets.splits import parse_split
from catseye.drawing.answer import Answer
from catseye.errors import UsageError, with_short_traceback

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.datasets.info import Info
    from catseye.datasets.left_out import LeftOut
    from catseye.datasets.pictures import Pictures

TRAIN, VALIDATION, TEST = "train", "validation", "test"


@dataclass(frozen=True, repr=False)
class Dataset(Answer, Mapping[str, "Pictures"]):
    """A data set, ready to use; a notebook shows some of its pictures with their class names.

    It is a mapping from split names to `Pictures`: ``list(digits)``, ``digits.items()``, ``len(digits)``.

    Attributes
    ----------
    info : Info
    splits : mapping of str to Pictures

    Examples
    --------
    >>> import catseye
    >>> digits = catseye.load("digits")
    >>> digits
    Dataset(digits: 1,438 train + 359 test, 10 classes, 8×8×1)
    >>> list(digits), len(digits), len(digits["train[:10%]"])
    (['train', 'test'], 2, 144)
    """

    info: Info
    splits: Mapping[str, Pictures]

    def __post_init__(self) -> None:
        object.__setattr__(self, "splits", Named("split", self.splits))

    def __repr__(self) -> str:
        return f"Dataset({self.info.called}: {self.info.extent})"

    @property
    def notes(self) -> tuple[str, ...]:
        """Remarks that matter for reading a result."""
        return self.info.notes

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Broken pictures."""
        return self.info.left_out

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the splits."""
        return iter(self.splits)

    def __len__(self) -> int:
        """Return the number of splits."""
        return len(self.splits)

    def __contains__(self, split: object) -> bool:
        return split in self.splits

    def get(self, split: str, default: Any = None, /) -> Any:
        """Return a split by its name, or ``default`` if there is no such split."""
        return self.splits.get(split, default)

    @with_short_traceback
    def __getitem__(self, split: str) -> Pictures:
        """Return a split, a slice of one, or a sum: ``"test"``, ``"train[:80%]"``, ``"train[:80%]+test"``, ``"all"``.

        Raises
        ------
        UsageError
            There is no such split, or the slice does not fit it.
        """
        if not isinstance(split, str):
            raise UsageError(
                f"a data set is indexed by the name of a split, e.g. {next(iter(self.splits))!r}, and the split by "
                f"numbers; got {split!r}."
            )
        counts = {name: len(pictures) for name, pictures in self.splits.items()}
        pictures = join_pictures([self.splits[name].take(part) for name, part in parse_split(split, counts)])
        return pictures.of(Origin(self.info, "" if self.info.is_part else split))

    @with_short_traceback
    def labelled(self, name: str) -> Dataset:
        """Return the same pictures, labelled by another of their labels: ``"species"`` of ``oxford_iiit_pet``.

        Raises
        ------
        UsageError
            There is no such label.
        """
        info = self.info.labelled(name)
        return replace(self, info=info, splits={split: part.labelled(name) for split, part in self.splits.items()})

    def to_json(self) -> dict[str, Any]:
        """Return the description of the data set as JSON values."""
        return self.info.to_json()

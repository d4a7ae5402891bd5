"""A data set: its description and its splits."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from catseye.datasets.joined import join_pictures
from catseye.datasets.splits import parse_split

if TYPE_CHECKING:
    from collections.abc import Mapping

    from catseye.datasets.info import Info
    from catseye.datasets.pictures import Pictures

TRAIN, VALIDATION, TEST = "train", "validation", "test"


@dataclass(frozen=True)
class LeftOut:
    """A picture that could not be used, and why."""

    picture: str
    reason: str

    def to_json(self) -> dict[str, str]:
        """Return the fields as JSON values."""
        return asdict(self)


@dataclass(frozen=True)
class Dataset:
    """A data set, ready to use.

    Attributes
    ----------
    info : Info
    splits : mapping of str to Pictures
    left_out : tuple of LeftOut
        Broken pictures.
    notes : tuple of str
        Remarks that matter for reading a result: a test split that we made, an unofficial copy, ….
    """

    info: Info
    splits: Mapping[str, Pictures]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()

    def __getitem__(self, split: str) -> Pictures:
        """Return a split, a slice of one, or a sum: ``"test"``, ``"train[:80%]"``, ``"train[:80%]+test"``.

        Raises
        ------
        UsageError
            There is no such split, or the slice does not fit it.
        """
        counts = {name: len(pictures) for name, pictures in self.splits.items()}
        return join_pictures([self.splits[name].take(part) for name, part in parse_split(split, counts)])

    def labelled(self, name: str) -> Dataset:
        """Return the same pictures, labelled by another of their labels: ``"species"`` of ``oxford_iiit_pet``.

        Raises
        ------
        UsageError
            There is no such label.
        """
        info = self.info.labelled(name)
        return replace(self, info=info, splits={split: part.labelled(name) for split, part in self.splits.items()})

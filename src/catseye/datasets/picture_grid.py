"""Some pictures of a data set, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catseye.drawing.answer import Answer
from catseye.drawing.thumbnails import every_class_in_turn, reduce_picture
from catseye.errors import PictureError, UsageError
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from catseye.arrays import Pixels
    from catseye.datasets.dataset import Dataset
    from catseye.datasets.info import Info
    from catseye.datasets.pictures import Pictures

_MOST = 400


@dataclass(frozen=True, repr=False)
class ShownPicture(ShortRepr):
    """A picture uint8 (H, W, 1 or 3) of at most 320 pixels a side, its number in the split, its class's name."""

    index: int
    class_name: str
    pixels: Pixels


@dataclass(frozen=True, eq=False, repr=False)
class PictureGrid(Answer):
    """Some pictures of a split with the names of their classes.

    Attributes
    ----------
    info : Info
        The data set that they are from.
    split : str
    total : int
        Number of pictures in the split.
    shown : tuple of ShownPicture
    """

    info: Info
    split: str
    total: int
    shown: tuple[ShownPicture, ...]

    def __repr__(self) -> str:
        return f"PictureGrid({self.title})"

    @property
    def title(self) -> str:
        """Data set, split and number of pictures in a few words."""
        which = "all" if len(self.shown) == self.total else f"{len(self.shown)} of"
        many = f"{which} {self.total:,} pictures" if self.total > 1 else "1 picture"
        return f"{self.info.called}, {self.split}: {many}"

    def to_json(self) -> dict[str, Any]:
        """Return the numbers of the pictures and their classes as JSON values."""
        shown = [{"index": picture.index, "class": picture.class_name} for picture in self.shown]
        return {"data": self.info.name, "split": self.split, "pictures": self.total, "shown": shown}


def make_grid(dataset: Dataset, split: str = "train", *, count: int = 40, seed: int = 0) -> PictureGrid:
    """Return ``count`` pictures of a split, fewer if there are not as many, taking the classes in turn.

    Those of a slice, such as ``"test[:20]"``, are shown in its order.

    Parameters
    ----------
    dataset
    split
        As for :func:`catseye.load`.
    count
        1 to 400.
    seed
        Random seed for choosing the pictures.

    Raises
    ------
    UsageError
        There is no such split, or the count is out of range.
    PictureError
        A picture has gone since it was listed.
    """
    if not isinstance(count, int) or not 1 <= count <= _MOST:
        raise UsageError(f"count must be between 1 and {_MOST}; got {count}.")
    pictures = dataset[split]
    chosen = every_class_in_turn(pictures.labels, count, seed)
    shown = tuple(_shown(pictures, index) for index in (sorted(chosen) if "[" in split else chosen))
    return PictureGrid(dataset.info, split, len(pictures), shown)


def sample_pictures(pictures: Pictures, count: int, seed: int = 0) -> list[ShownPicture]:
    """Return up to ``count`` pictures, taking the classes in turn, without those that have gone since."""
    shown = []
    for index in every_class_in_turn(pictures.labels, count, seed) if len(pictures) else []:
        try:
            shown.append(_shown(pictures, index))
        except PictureError:
            continue
    return shown


def _shown(pictures: Pictures, index: int) -> ShownPicture:
    return ShownPicture(index, pictures.classes[pictures.labels[index]], reduce_picture(pictures.picture(index)))

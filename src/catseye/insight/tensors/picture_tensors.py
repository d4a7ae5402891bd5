"""The tensors in a picture, from one of its numbers to a batch of pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.drawing.answer import Answer

if TYPE_CHECKING:
    from catseye.arrays import Pixels
    from catseye.networks.windows import Pair

PLANE_NAMES = ("red", "green", "blue")


@dataclass(frozen=True)
class Tensor:
    """One of the tensors.

    Attributes
    ----------
    name : str
        ``"scalar"``, ``"vector"``, ``"matrix"``, ``"volume"`` or ``"batch"``.
    meaning : str
        What it is of the picture.
    expression : str
        How it is taken, in Python.
    shape : tuple of int
    dtype : str
    index : str
        How the number that is followed is reached in it.
    """

    name: str
    meaning: str
    expression: str
    shape: tuple[int, ...]
    dtype: str
    index: str


@dataclass(frozen=True, eq=False, repr=False)
class PictureTensors(Answer):
    """A picture as the arrays that it is made of; one number is followed through all of them.

    Attributes
    ----------
    name : str
        Name of the picture.
    pictures : tuple of uint8 (H, W, C)
        The picture, and those that form a batch with it; C is 1 or 3.
    at : (int, int)
        Row and column of the pixel that is followed, from 0.
    zoom : int
        Rows and columns of the region whose numbers are shown; fewer if the picture has fewer.
    batched : str
        What the batch consists of, in words.
    notes : tuple of str
        What was done to the file's values before they were these.
    """

    name: str
    pictures: tuple[Pixels, ...]
    at: Pair
    zoom: int
    batched: str
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"PictureTensors({self.name}, volume {self.volume.shape}, batch of {len(self.pictures)})"

    @property
    def scalar(self) -> np.uint8:
        """One value of one pixel: red, or grey."""
        value: np.uint8 = self.volume[(*self.at, 0)]
        return value

    @property
    def vector(self) -> Pixels:
        """One row of the first plane, uint8 (W,)."""
        return self.volume[self.at[0], :, 0]

    @property
    def matrix(self) -> Pixels:
        """The first plane, uint8 (H, W)."""
        return self.volume[:, :, 0]

    @property
    def volume(self) -> Pixels:
        """The picture, uint8 (H, W, C)."""
        return self.pictures[0]

    @property
    def batch(self) -> Pixels:
        """All pictures, uint8 (N, H, W, C), stacked at each call."""
        return np.stack(self.pictures)

    @property
    def planes(self) -> tuple[str, ...]:
        """The names of the planes."""
        return PLANE_NAMES if self.volume.shape[2] == len(PLANE_NAMES) else ("grey",)

    @property
    def region(self) -> tuple[Pair, Pair]:
        """First row and the one behind the last, and the same of the columns, of what is enlarged."""
        rows, columns = (
            _around(place, self.zoom, side) for place, side in zip(self.at, self.volume.shape[:2], strict=True)
        )
        return rows, columns

    @property
    def numbers(self) -> Pixels:
        """The numbers of the region, uint8 (rows, columns, C)."""
        (top, bottom), (left, right) = self.region
        return self.volume[top:bottom, left:right]

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        """All five, from the scalar to the batch."""
        row, column = self.at
        height, width, channels = self.volume.shape
        kind, value = str(self.volume.dtype), int(self.scalar)
        plane = f"the {self.planes[0]} plane" if channels > 1 else "the picture"
        volume = "RGB volume (H, W, C)" if channels > 1 else "volume (H, W, C) with one plane"
        rows: tuple[tuple[str, str, str, tuple[int, ...], str], ...] = (
            ("scalar", "one number", f"picture[{row}, {column}, 0]", (), f"picture[{row}, {column}, 0]"),
            ("vector", f"one row of {plane}", f"picture[{row}, :, 0]", (width,), f"vector[{column}]"),
            ("matrix", plane, "picture[:, :, 0]", (height, width), f"matrix[{row}, {column}]"),
            ("volume", volume, "picture", (height, width, channels), f"picture[{row}, {column}, 0]"),
            (
                "batch",
                "pictures (N, H, W, C)",
                "np.stack(pictures)",
                (len(self.pictures), height, width, channels),
                f"batch[0, {row}, {column}, 0]",
            ),
        )
        return tuple(
            Tensor(name, meaning, expression, shape, kind, f"{index} = {value}")
            for name, meaning, expression, shape, index in rows
        )

    def to_json(self) -> dict[str, Any]:
        """Return shapes, types and indices of the tensors, and the numbers of the region, as JSON values."""
        (top, bottom), (left, right) = self.region
        return {
            "picture": self.name,
            "channels": list(self.planes),
            "at": list(self.at),
            "value": int(self.scalar),
            "tensors": [
                {
                    "name": tensor.name,
                    "meaning": tensor.meaning,
                    "expression": tensor.expression,
                    "shape": list(tensor.shape),
                    "dtype": tensor.dtype,
                    "index": tensor.index,
                }
                for tensor in self.tensors
            ],
            "region": {
                "rows": [top, bottom],
                "columns": [left, right],
                "shape": list(self.numbers.shape),
                "values": self.numbers.tolist(),
            },
            "batch": self.batched,
            "notes": list(self.notes),
        }


def _around(place: int, zoom: int, side: int) -> Pair:
    """Return where a region of ``zoom`` values around ``place`` begins and ends, within ``side`` values."""
    length = min(zoom, side)
    first = min(max(place - length // 2, 0), side - length)
    return first, first + length

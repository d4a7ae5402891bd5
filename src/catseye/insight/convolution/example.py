"""The input of a convolution or of pooling by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.drawing.answer import Answer
from catseye.errors import UsageError
from catseye.insight.convolution.convolution import as_input

if TYPE_CHECKING:
    from catseye.arrays import Floats
    from catseye.networks.windows import Pair

CHANNELS = ("red", "green", "blue")
JSON_STEPS = 1000  # of each kind, unless told


@dataclass(frozen=True, eq=False, repr=False)
class Example(Answer):
    """What a convolution and pooling by hand have in common.

    Attributes
    ----------
    name : str
        Name of the input.
    values : float64 (H, W) or (3, H, W)
        Numbers, or a picture's values from 0 to 255: grey, or red, green and blue.

    Raises
    ------
    UsageError
        The values are neither a matrix of finite numbers nor such a picture.
    """

    name: str
    values: Floats

    def __post_init__(self) -> None:
        as_input(self.values)

    @property
    def shape(self) -> Pair:
        """Height and width of the input."""
        return self.values.shape[-2], self.values.shape[-1]

    @property
    def channels(self) -> Floats:
        """The input as (C, H, W)."""
        return self.values if self.values.ndim == 3 else self.values[None]


def check_most(most: int | None) -> None:
    """Raise `UsageError` if the largest number of steps is below 1."""
    if most is not None and most < 1:
        raise UsageError(f"steps must be at least 1; got {most}.")

"""Pictures of two depths in one data set: 12-bit values in 16-bit files beside true 16-bit ones."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    from catseye.images.value_range import Extremes

_WHITES = (255, 1023, 4095)  # the largest values of 8, 10 and 12 bits, which are stored in 16
_ALL_WHITES = (*_WHITES, 16383, 65535)
_APART = 8  # times as large as the white of the lower group are the largest values of the upper one, at least
_FEWEST = 3  # pictures of each group


@dataclass(frozen=True)
class MixedDepths:
    """Two groups of pictures that no common scale fits.

    Attributes
    ----------
    lower, upper : int
        Number of pictures in each.
    lower_white, upper_white : int
        The largest value that each group's depth allows.
    clear : bool
        Whether this is beyond doubt; otherwise the lower group may be dark pictures of the same depth.
    """

    lower: int
    upper: int
    lower_white: int
    upper_white: int
    clear: bool

    def __str__(self) -> str:
        bits = (self.lower_white + 1).bit_length() - 1
        return (
            f"{self.lower:,} pictures hold values up to {self.lower_white:,} ({bits} bits), {self.upper:,} up to "
            f"{self.upper_white:,}"
        )

    @property
    def advice(self) -> str:
        """What to do."""
        factor = (self.upper_white + 1) // (self.lower_white + 1)
        return (
            f"multiply the values of the {self.lower:,} by {factor}, save all with 8 bits per channel, or load them "
            "separately"
        )


def find_mixed_depths(pictures: Collection[Extremes]) -> MixedDepths | None:
    """Return the two depths that whole numbers of pictures have, if there are two.

    Several pictures must be of each, none in between, and their largest values three octaves apart. It is clear if
    the lower group's tags state its depth, or if half of it fill more than half of its range: dark pictures of the
    greater depth would not gather right below a power of two.
    """
    uncertain = [one for one in pictures if not one.certain]  # others are scaled as their format says
    whole = [one for one in uncertain if not one.fractions and one.low >= 0]
    agreed = len({one.stated for one in whole}) == 1 and whole[0].stated
    if len(whole) < len(uncertain) or agreed:
        return None
    for white in _WHITES:
        lower = [one for one in whole if (_stated_white(one) or one.high) <= white]
        upper = [one for one in whole if max(one.high, _stated_white(one)) >= _APART * white]
        if min(len(lower), len(upper)) >= _FEWEST and len(lower) + len(upper) == len(whole):
            stated = all(_stated_white(one) for one in lower)
            clear = stated or median(one.high for one in lower) > white / 2
            top = max(one.high for one in upper)
            above = next((one for one in _ALL_WHITES if top <= one), None)
            return MixedDepths(len(lower), len(upper), white, above, clear) if above else None
    return None


def _stated_white(picture: Extremes) -> float:
    """Return the white that the file's tags state, if it is one of a sensor's; else 0."""
    stated = picture.stated
    return stated.high if stated and stated.low == 0 and stated.high in _ALL_WHITES else 0

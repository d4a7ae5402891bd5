"""Which data set a part of one is from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.datasets.info import Info


@dataclass(frozen=True)
class Origin:
    """Where pictures are from.

    Attributes
    ----------
    info : Info
        Of the data set.
    split : str
        What ``catseye.load`` is given for these pictures, such as ``"train[:400]"``; empty if no such text gives them.
    """

    info: Info
    split: str

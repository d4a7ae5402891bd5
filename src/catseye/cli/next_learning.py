"""How to learn from a data set that was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.cli.common import default_folder
from catseye.cli.next_step import given_options, tell_next
from catseye.drawing.picture import SMALL_SIDE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from catseye.datasets import Info


def tell_how_to_learn(data: str, info: Info, options: Mapping[str, str | Path | None], *, when: str = "next") -> None:
    """Print a command that learns from the data: pictures as small as digits by training, others by transfer.

    ``options`` are those that say where the data are, and as what they are labelled; ``None`` is left out.
    """
    sides = [side for side in info.shape[:2] if side is not None]
    verb = "train" if sides and max(sides) <= SMALL_SIDE else "transfer"
    tell_next(verb, data, *given_options(options), *info.options, "--out", default_folder(data, None), when=when)

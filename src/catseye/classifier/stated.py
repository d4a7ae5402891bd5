"""What the user says about a file of weights that does not say it itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, TypeAlias

from catseye.arguments import read_epsilons, read_names, read_sides, received
from catseye.errors import UsageError
from catseye.networks.names import LARGEST_CLASSES

if TYPE_CHECKING:
    from collections.abc import Sequence

Classes: TypeAlias = "int | str | Sequence[str] | None"
Numbers: TypeAlias = "float | str | Sequence[float] | None"


@dataclass(frozen=True)
class Stated:
    """What is known beside the file; ``None`` where the user says nothing.

    Attributes
    ----------
    network : str or None
        Name or text of the network.
    classes : tuple of str or None
    shape : (int, int, int) or None
        Height, width and channels of the pictures.
    mean, std : tuple of float or None
        One per channel, or one for all.
    """

    network: str | None = None
    classes: tuple[str, ...] | None = None
    shape: tuple[int, int, int] | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is stated."""
        return self == Stated()

    def class_names(self, count: int) -> tuple[str, ...]:
        """Return the names of so many classes; raise `UsageError` if others are stated."""
        if self.classes is None:
            return tuple(map(str, range(count)))
        if len(self.classes) != count:
            raise UsageError(f"the network has {count:,} classes; {len(self.classes):,} were named.")
        return self.classes

    def normalisation(self, channels: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return mean and std of each channel: by default 0 and 1, which leave values from 0 to 1 as they are."""
        means, deviations = self.mean or (0.0,), self.std or (1.0,)
        for name, values in (("mean", means), ("std", deviations)):
            if len(values) not in (1, channels):
                raise UsageError(f"{name} has one number, or one for each of {channels} channels; got {len(values)}.")
        return means * (channels if len(means) == 1 else 1), deviations * (channels if len(deviations) == 1 else 1)


def read_stated(network: str | None, classes: object, shape: object, mean: object, std: object) -> Stated:
    """Return what the user states, in any of the forms in which it may be given; raise `UsageError` otherwise."""
    sides = None if shape is None else read_sides("shape", shape, ("H", "W", "C"))
    return Stated(
        None if network is None else _resolved(network),
        _classes(classes),
        None if sides is None else (sides[0], sides[1], sides[2]),
        None if mean is None else tuple(read_epsilons("mean", mean)),
        None if std is None else tuple(read_epsilons("std", std)),
    )


def _resolved(network: str) -> str:
    from catseye.networks.registry import resolve_network  # which loads PyTorch

    return resolve_network(network)


def _classes(classes: object) -> tuple[str, ...] | None:
    if classes is None:
        return None
    text = str(classes).strip()
    count = int(classes) if isinstance(classes, Integral) else int(text) if text.isdecimal() and len(text) < 9 else None
    if count is not None:
        if not 1 <= count <= LARGEST_CLASSES:
            raise UsageError(f"a network has 1 to {LARGEST_CLASSES:,} classes; got {count}.")
        return tuple(map(str, range(count)))
    if not isinstance(classes, str | Iterable):
        raise UsageError(f"classes must be names or their number; got {received(classes)}.")
    return read_names("classes", classes)

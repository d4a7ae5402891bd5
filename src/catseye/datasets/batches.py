"""The batches of a split; they can be iterated over repeatedly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from catseye.arguments import with_checked_arguments
from catseye.errors import UsageError, with_short_traceback
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.arrays import Integers, Pixels

    class Batched(Protocol):
        """Pictures that give batches."""

        @property
        def labels(self) -> Integers: ...
        def __len__(self) -> int: ...
        def batch(self, indices: range, /) -> Pixels: ...
        def take(self, which: int, /) -> Batched: ...


@dataclass(frozen=True, eq=False, repr=False)
class Batches:
    """All pictures of a split in order, ``size`` at a time; each iteration starts from the first.

    Attributes
    ----------
    pictures : Pictures
    size : int
        Number of pictures in a batch; the last batch may have fewer.
    drop_remainder : bool
        Whether a smaller last batch is left out.
    """

    pictures: Batched
    size: int
    drop_remainder: bool = False

    def __len__(self) -> int:
        whole, rest = divmod(len(self.pictures), self.size)
        return whole + bool(rest and not self.drop_remainder)

    def __repr__(self) -> str:
        rest = len(self.pictures) % self.size
        last = f", {rest:,} in the last" if rest and not self.drop_remainder else ""
        return f"Batches({len(self):,} of {counted(self.size, 'picture')}{last})"

    def __iter__(self) -> Iterator[tuple[Pixels, Integers]]:
        """Yield uint8 (B, C, H, W) and int64 (B,)."""
        for start in range(0, len(self) * self.size, self.size):
            indices = range(start, min(start + self.size, len(self.pictures)))
            yield self.pictures.batch(indices), self.pictures.labels[indices.start : indices.stop]

    @with_short_traceback
    @with_checked_arguments
    def take(self, count: int) -> Batches:
        """Return the first ``count`` batches, all if there are fewer; raise `UsageError` if it is negative."""
        if count < 0:
            raise UsageError(f"take expects the number of batches, 0 or more; got {count}.")
        return Batches(self.pictures.take(count * self.size), self.size, self.drop_remainder)

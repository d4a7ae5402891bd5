"""Which pictures of a split are selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from catseye.arguments import received
from catseye.errors import MissingPictureError, UsageError

if TYPE_CHECKING:
    from catseye.arrays import Indices

Number: TypeAlias = "int | np.integer[Any]"
_LONGEST = 60  # letters of what was given, in an error


def checked_indices(indices: Indices | Number, count: int) -> Indices:
    """Return the indices of a batch of ``count`` pictures; refuse a single number, which is probably a batch size."""
    if isinstance(indices, int | np.integer):
        raise UsageError(
            f"batch takes the indices of pictures, e.g. batch(range({indices})); batches({indices}) yields all "
            f"pictures, {indices} at a time."
        )
    return read_indices(indices, count)


def read_indices(which: Any, count: int) -> Indices:
    """Return the indices of some of ``count`` pictures: whole numbers, or for each picture whether it is selected."""
    if isinstance(which, range):
        numbers: Any = np.array(which[:: max(1, len(which) - 1)])  # its ends
    else:
        numbers = np.asarray(which)
        if numbers.dtype == bool and numbers.shape == (count,):
            return np.flatnonzero(numbers)
        if numbers.ndim != 1 or (numbers.size and numbers.dtype.kind not in "iu"):
            raise UsageError(
                "pictures are chosen by whole numbers, by a slice, or by True or False for each of them; "
                f"got {_received(which, numbers)}."
            )
    for number in (numbers.min(), numbers.max()) if numbers.size else ():
        check_index(number, count)
    return which if isinstance(which, range) else numbers.astype(np.int64)


def _received(which: object, values: np.ndarray[Any, Any]) -> str:
    """Return a description of what was given instead of indices, without NumPy's wording for other types."""
    if isinstance(which, np.ndarray) and which.ndim:
        return f"an array of {which.dtype} of the shape {which.shape}"
    return received(which) if values.ndim == 0 or len(repr(which)) > _LONGEST else repr(which)


def check_index(index: Number, count: int) -> None:
    """Raise `MissingPictureError` if there is no picture ``index`` among ``count``."""
    if not -count <= index < count:
        raise MissingPictureError(f"there is no picture {index}; there are {count:,}, numbered from 0.")

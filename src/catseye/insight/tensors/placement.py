"""Which pixel is followed, and how large the region around it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.errors import UsageError

if TYPE_CHECKING:
    from catseye.arrays import Floats, Pixels
    from catseye.networks.windows import Pair

LARGEST_ZOOM = 16  # rows and columns whose numbers can be read on one page
GREY_ZOOM, COLOUR_ZOOM = 8, 6  # unless told: three staggered planes take more room


def read_place(at: Any, picture: Pixels) -> Pair | None:
    """Return row and column of a pixel, given as two numbers or as text such as ``"12,30"``; ``None`` stays.

    Raises
    ------
    UsageError
        It is something else, or lies outside the picture (H, W, C).
    """
    if at is None:
        return None
    numbers: Any = at
    if isinstance(at, str):
        found = re.fullmatch(r"\s*(\d{1,9})\s*[,x×]\s*(\d{1,9})\s*", at)
        numbers = tuple(map(int, found.groups())) if found else ()
    is_pair = isinstance(numbers, tuple | list | np.ndarray) and len(numbers) == 2
    if not is_pair or not all(isinstance(number, int | np.integer) and number is not True for number in numbers):
        raise UsageError(f"at must be the row and the column of a pixel, from 0, e.g. 12,30; got {at!r}.")
    height, width = picture.shape[:2]
    row, column = int(numbers[0]), int(numbers[1])
    if not (0 <= row < height and 0 <= column < width):
        raise UsageError(
            f"there is no pixel {row},{column}: the picture has rows 0 to {height - 1} and columns 0 to {width - 1}."
        )
    return row, column


def choose_zoom(zoom: int | None, channels: int) -> int:
    """Return how many rows and columns are enlarged; raise `UsageError` if ``zoom`` is not from 1 to 16."""
    if zoom is None:
        return GREY_ZOOM if channels == 1 else COLOUR_ZOOM
    if not 1 <= zoom <= LARGEST_ZOOM:
        raise UsageError(f"zoom must be between 1 and {LARGEST_ZOOM}; got {zoom}.")
    return zoom


def choose_place(picture: Pixels, zoom: int) -> Pair:
    """Return the pixel in the middle of the region with the most contrast within the middle half of a picture.

    An edge shows what the numbers are for; a region of one colour does not. In a small picture, such as a digit, it is
    the region with the most contrast of all, and in it the pixel nearest to half of the brightest;
    where all of the picture is shown, the brightest pixel.
    """
    height, width = picture.shape[:2]
    if max(height, width) <= zoom:
        row, column = divmod(int(picture[:, :, 0].argmax()), width)
        return row, column
    top, left = height // 4, width // 4
    middle = picture[top : height - top, left : width - left].mean(axis=2, dtype=np.float32)
    rows, columns = middle.shape[0] // zoom, middle.shape[1] // zoom
    if rows * columns < 2:
        return _choose_in_small(picture.mean(axis=2, dtype=np.float32), zoom)
    regions = middle[: rows * zoom, : columns * zoom].reshape(rows, zoom, columns, zoom)
    row, column = divmod(int(regions.std(axis=(1, 3)).argmax()), columns)
    return top + row * zoom + zoom // 2, left + column * zoom + zoom // 2


def _choose_in_small(values: Floats, zoom: int) -> Pair:
    height, width = values.shape
    tall, wide = min(zoom, height), min(zoom, width)
    regions = np.lib.stride_tricks.sliding_window_view(values, (tall, wide)).std(axis=(2, 3))
    if not regions.any():  # of one colour
        return height // 2, width // 2
    top, left = divmod(int(regions.argmax()), regions.shape[1])
    region = values[top : top + tall, left : left + wide]
    row, column = divmod(int(np.abs(region - region.max() / 2).argmin()), wide)
    return top + row, left + column

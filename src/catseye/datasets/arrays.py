"""A data set made of arrays that the caller has in memory."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.datasets.dataset import TEST, TRAIN, Dataset
from catseye.datasets.info import LONGEST_NAME, OF_ARRAYS, Info, is_class_name, shape_in_words
from catseye.datasets.look_alikes import note_look_alikes
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.datasets.set_aside import NOTE, add_test_split, classes_without_pictures
from catseye.errors import UsageError, with_short_traceback
from catseye.images.inputs import channels_axis
from catseye.short_repr import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike

    from catseye.arrays import Integers, Pixels
    from catseye.datasets.pictures import Pictures

    Values = np.ndarray[Any, np.dtype[Any]]

_DIGITS = 8  # of the content's hash, which tell arrays of one run from those of another
_CHUNK = 1024  # pictures whose floats are made whole numbers at a time
_LARGEST = 255


@with_short_traceback
def from_arrays(
    images: ArrayLike, labels: ArrayLike, test_images: ArrayLike | None = None, test_labels: ArrayLike | None = None
) -> Dataset:
    """Return a data set of pictures in memory; a fifth of each class becomes the test split if none is given.

    Parameters
    ----------
    images, test_images
        (N, H, W), (N, H, W, C) or, like the batches of a split, (N, C, H, W), with 1 or 3 channels: uint8, or floats
        from 0 to 1. uint8 arrays of grey pictures are not copied.
    labels, test_labels
        (N,): whole numbers, whose digits become the class names, or strings. Classes are sorted, and need not begin
        at 0.

    Raises
    ------
    UsageError
        An array has another shape, type or range, or there are not as many labels as pictures.

    Examples
    --------
    >>> import numpy as np
    >>> black, white = np.zeros((5, 8, 8)), np.ones((5, 8, 8))
    >>> dataset = from_arrays(np.concatenate([black, white]), ["black"] * 5 + ["white"] * 5)
    >>> dataset
    Dataset(arrays: 8 train + 2 test, 2 classes, 8×8×1)
    """
    if (test_images is None) != (test_labels is None):
        raise UsageError("test_images and test_labels belong together; got only one of them.")
    pixels = {TRAIN: _read_images(images, "images")}
    values = {TRAIN: _read_labels(labels, "labels", len(pixels[TRAIN]))}
    if test_images is not None and test_labels is not None:
        pixels[TEST] = _read_images(test_images, "test_images")
        values[TEST] = _read_labels(test_labels, "test_labels", len(pixels[TEST]))
    shape = _common_shape(pixels.values())
    if len({part.dtype.kind for part in values.values()}) > 1:
        raise UsageError("labels and test_labels are both whole numbers or both strings; got one of each.")
    classes = np.unique(np.concatenate(list(values.values())))
    names = _names(classes)
    own = {
        split: MemoryPictures(pixels[split], np.searchsorted(classes, part).astype(np.int64), names)
        for split, part in values.items()
    }
    splits = add_test_split(own)
    set_aside = len(splits) > len(own)
    notes = (*note_look_alikes(names), *classes_without_pictures(own), *((NOTE,) if set_aside else ()))
    return Dataset(replace(_info(shape, names, splits, notes), set_aside=set_aside), splits)


def _read_images(images: ArrayLike, what: str) -> Pixels:
    """Return pictures as uint8 (N, C, H, W)."""
    try:
        values = np.asarray(images)
    except ValueError as error:
        raise UsageError(f"{what} are one array of pictures of one size; these differ in size.") from error
    found = channels_axis(values.shape) if values.ndim == 4 else None
    if values.ndim == 3:
        values, found = values[..., None], -1
    if found is None or 0 in values.shape:
        expected = f"{what} have the shape (N, H, W), or (N, H, W, C) or (N, C, H, W) with 1 or 3 channels"
        raise UsageError(f"{expected}; got {np.shape(images)}.")
    values = np.moveaxis(values, found, -1)
    return np.ascontiguousarray(_eight_bits(values, what).transpose(0, 3, 1, 2))


def _eight_bits(values: Values, what: str) -> Pixels:
    if values.dtype == np.uint8:
        return values
    expected = f"{what} are uint8, or floats from 0 to 1"
    if values.dtype.kind not in "iuf":
        raise UsageError(f"{expected}; got {values.dtype}.")
    low, high = values.min(), values.max()
    if low != low:
        raise UsageError(f"{expected}; some values are NaN.")
    if values.dtype.kind != "f" or low < 0 or high > 1:
        fitting = low >= 0 and high <= _LARGEST
        advice = f"; {what}.astype('uint8') takes values from 0 to {_LARGEST}" if fitting else ""
        raise UsageError(f"{expected}; got {values.dtype} from {low:g} to {high:g}{advice}.")
    result = np.empty(values.shape, np.uint8)
    for start in range(0, len(values), _CHUNK):
        part = slice(start, start + _CHUNK)
        result[part] = np.rint(values[part] * _LARGEST)
    return result


def _read_labels(labels: ArrayLike, what: str, count: int) -> Values:
    """Return labels as int64 or strings (N,)."""
    values = np.asarray(labels)
    if values.ndim != 1:
        advice = ""
        if values.ndim == 2:
            advice = f"; {what}.reshape(-1)" if values.shape[1] == 1 else f"; of one-hot rows, {what}.argmax(axis=1)"
        raise UsageError(f"{what} have the shape (N,); got {values.shape}{advice}.")
    if len(values) != count:
        raise UsageError(f"every picture has one label; got {len(values):,} {what} for {counted(count, 'picture')}.")
    if values.dtype.kind in "iu":
        return values.astype(np.int64)
    if values.dtype.kind == "U" or all(isinstance(value, str) for value in values.tolist()):
        return values.astype(np.str_)
    raise UsageError(f"{what} are whole numbers or strings; got {values.dtype}.")


def _common_shape(pixels: Iterable[Pixels]) -> tuple[int, int, int]:
    """Return height, width and channels of all pictures."""
    shapes = [(part.shape[2], part.shape[3], part.shape[1]) for part in pixels]
    if len(set(shapes)) > 1:
        one, other = map(shape_in_words, shapes)
        raise UsageError(f"images and test_images have pictures of the same shape; got {one} and {other}.")
    return shapes[0]


def _names(classes: Values | Integers) -> tuple[str, ...]:
    names = tuple(map(str, classes.tolist()))
    for name in names:
        if not is_class_name(name):
            raise UsageError(
                f"the label {name!a} cannot be used as a class name; use 1 to {LONGEST_NAME} printable characters."
            )
    return names


def _info(
    shape: tuple[int, int, int], classes: tuple[str, ...], splits: Mapping[str, Pictures], notes: tuple[str, ...]
) -> Info:
    contents = [*classes, *(part.fingerprint() for part in splits.values())]
    digest = hashlib.sha256("\n".join(contents).encode()).hexdigest()
    return Info(
        name=f"arrays {digest[:_DIGITS]}",
        version="",
        versions=(),
        description=OF_ARRAYS,
        address="",
        shape=shape,
        classes=classes,
        splits={split: len(part) for split, part in splits.items()},
        citation="",
        licence="",
        notes=notes,
    )

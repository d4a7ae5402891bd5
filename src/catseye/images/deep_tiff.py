"""TIFF files of scanners, microscopes and satellites: 12 to 64 bits, whole numbers with a sign, fractions, planes."""

from __future__ import annotations

import io
import logging
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from catseye.errors import PictureError, install_line
from catseye.images.deep_picture import DeepPicture, Values, measure
from catseye.images.faults import TRUNCATED, explain
from catseye.images.jpeg_size import LARGEST_PIXELS
from catseye.images.opening import open_picture
from catseye.images.sixteen_bits import join_bytes
from catseye.images.tiff_directory import (
    COMPRESSION,
    EXTRA_SAMPLES,
    HIGHEST,
    LOWEST,
    ORIENTATION,
    PHOTOMETRIC,
    PLANAR,
    SAMPLE_FORMAT,
    SAMPLES,
    read_directory,
)
from catseye.images.value_range import ValueRange

if TYPE_CHECKING:
    from types import ModuleType

    from catseye.images.tiff_directory import TiffDirectory

_UNSIGNED, _SIGNED, _FRACTIONS = 1, 2, 3
_MIN_IS_WHITE, _MIN_IS_BLACK, _RGB = 0, 1, 2
_RAW = 1  # not compressed
_PROFILE = 34675
_OPACITY = (1, 2)  # what an extra channel means: opacity, already multiplied by or not
_DAMAGED = explain(ValueError(), "TIFF")
_MOST_CHANNELS = 4
_MOST_STORED = 6  # of which Pillow reads any
_LARGEST_BYTES = 2**30  # of a picture's values
MISSING = f"is a TIFF file of a kind that needs two more packages: {install_line('tiff')}"


@dataclass(frozen=True, eq=False)
class _Read:
    """What a decoder gave: values, any type (H, W) or (H, W, C), the profile, and whether they are upright."""

    values: Values
    profile: bytes
    upright: bool


def read_deep_tiff(content: bytes, name: str) -> DeepPicture | None:
    """Return the values of a TIFF file's first picture; ``None`` if Pillow alone gives the right 8 bits.

    Raises
    ------
    PictureError
        It is damaged, has channels that are not colours, or needs a package that is missing.
    """
    directory = read_directory(content)
    if directory is None:
        raise PictureError(name, TRUNCATED)
    samples, photometric = int(directory.first(SAMPLES, 1)), directory.first(PHOTOMETRIC, _MIN_IS_WHITE)
    if samples > _MOST_STORED:
        raise PictureError(name, _too_many(samples))
    kind = directory.first(SAMPLE_FORMAT, _UNSIGNED)
    shallow = max(directory.bits) <= 8 and kind not in (_SIGNED, _FRACTIONS)
    if shallow or photometric > _RGB:
        return None
    read = (_by_pillow(content, name) if _is_pillows(directory) else None) or _by_tifffile(content, name)
    values, alpha = _split(read.values, directory, name)
    stated, certain = _stated(directory)
    return DeepPicture(
        values,
        measure(values, name, stated, certain=certain),
        alpha,
        photometric == _MIN_IS_WHITE,
        1 if read.upright else int(directory.first(ORIENTATION, 1)),
        read.profile,
    )


def _is_pillows(directory: TiffDirectory) -> bool:
    """Say whether Pillow reads values of this kind right."""
    samples, kind = directory.first(SAMPLES, 1), directory.first(SAMPLE_FORMAT, _UNSIGNED)
    bits = directory.bits[0]
    if samples > 1:
        extra = directory.tags.get(EXTRA_SAMPLES, ())
        interleaved = (bits, kind) == (16, _UNSIGNED) and directory.first(PLANAR, 1) == 1
        return interleaved and samples - len(extra) == 3 and extra in ((), (0,), (2,))
    packed, swapped = directory.first(COMPRESSION, _RAW) != _RAW, directory.order == ">"
    return {
        (8, _SIGNED): True,
        (12, _UNSIGNED): not packed and not swapped,
        (16, _UNSIGNED): True,
        (16, _SIGNED): not (packed and swapped),
        (32, _UNSIGNED): not swapped,
        (32, _SIGNED): not (packed and swapped),
        (32, _FRACTIONS): not (packed and swapped),
    }.get((int(bits), int(kind)), False)


def _by_pillow(content: bytes, name: str) -> _Read | None:
    """Return what Pillow reads, the right way up; ``None`` if it does not know this combination of tags."""
    try:
        image = open_picture(content, name)
    except PictureError as error:
        if isinstance(error.__cause__, SyntaxError):
            return None
        raise
    profile = image.info.get("icc_profile") or b""
    if image.mode.startswith("RGB"):
        return _Read(join_bytes(image, open_picture(content, name)), profile, True)
    directory = read_directory(content)
    assert directory is not None  # opened above
    values = np.asarray(image)
    unlike = {(8, _SIGNED): np.int8, (32, _UNSIGNED): np.uint32}  # as what Pillow's bytes are meant
    kind = int(directory.bits[0]), int(directory.first(SAMPLE_FORMAT, _UNSIGNED))
    return _Read(values.view(unlike.get(kind, values.dtype)), profile, True)


def _by_tifffile(content: bytes, name: str) -> _Read:
    """Return what tifffile reads, as it is stored."""
    tifffile = _load_tifffile(name)
    try:
        with tifffile.TiffFile(io.BytesIO(content)) as file:
            page = file.pages[0].aspage()
            _check(page, name)
            values = page.asarray(maxworkers=1)
            profile = page.tags.valueof(_PROFILE) or b""
            axes = page.axes
    except PictureError:
        raise
    except Exception as error:  # whatever hostile bytes make it raise
        if "imagecodecs" in str(error):
            raise PictureError(name, MISSING) from ImportError(str(error))
        raise PictureError(name, explain(error, "TIFF", content)) from error
    if "S" in axes and axes[-1] != "S":  # one plane for each channel
        values = np.moveaxis(values, axes.index("S"), -1)
    if values.ndim - ("S" in axes) != 2:
        raise PictureError(name, f"is a stack of pictures ({_sizes(values.shape)}); save one of them")
    return _Read(values, bytes(profile), False)


def _load_tifffile(name: str) -> ModuleType:
    try:
        import tifffile
    except ImportError as error:
        raise PictureError(name, MISSING) from error
    log = logging.getLogger("tifffile")
    if not log.handlers:  # else Python prints what it logs and nobody handles, beside the error that we raise
        log.addHandler(logging.NullHandler())
    return tifffile


def _check(page: Any, name: str) -> None:
    """Raise `PictureError` before anything is decoded that is too large or not a picture."""
    width, height, samples = int(page.imagewidth), int(page.imagelength), int(page.samplesperpixel)
    if not 0 < width * height <= LARGEST_PIXELS or page.nbytes > _LARGEST_BYTES:
        raise PictureError(name, f"claims too many pixels; at most {LARGEST_PIXELS:,} are decoded")
    if samples > _MOST_CHANNELS:
        raise PictureError(name, _too_many(samples))
    if page.dtype is None or page.dtype.kind not in "iuf":
        raise PictureError(name, "holds no ordinary numbers")


def _split(values: Values, directory: TiffDirectory, name: str) -> tuple[Values, Values | None]:
    """Return grey (H, W) or colours (H, W, 3), and the opacity if there is one."""
    if values.ndim == 2:
        return values, None
    colours = 3 if directory.first(PHOTOMETRIC, _MIN_IS_BLACK) == _RGB else 1
    if values.shape[2] not in (colours, colours + 1):
        raise PictureError(name, _too_many(values.shape[2]) if values.shape[2] > colours else _DAMAGED)
    extra = directory.first(EXTRA_SAMPLES, 0)
    alpha = values[..., colours] if values.shape[2] > colours and extra in _OPACITY else None
    kept = values[..., :colours]
    return (kept[..., 0] if colours == 1 else kept), alpha


def _stated(directory: TiffDirectory) -> tuple[ValueRange | None, bool]:
    """Return the range that the tags state, and whether it is certain."""
    bits = int(max(directory.bits))
    whole = directory.first(SAMPLE_FORMAT, _UNSIGNED) == _UNSIGNED
    if whole and bits not in (8, 16, 32, 64):  # who stores 12 bits as 12 bits means all of them
        return ValueRange(0, 2.0**bits - 1), True
    lows = [value for tag in LOWEST for value in directory.tags.get(tag, ())]
    highs = [value for tag in HIGHEST for value in directory.tags.get(tag, ())]
    low, high = min(lows, default=0), max(highs, default=0)
    usual = whole and (low, high) == (0, 2**bits - 1)  # the default of the tags, which says nothing
    if usual or not (math.isfinite(low) and math.isfinite(high) and low < high):
        return None, False
    return ValueRange(low, high, directory.first(SAMPLE_FORMAT, _UNSIGNED) == _FRACTIONS), False


def _too_many(channels: int) -> str:
    return f"has {channels:,} channels; save the three that are to be red, green and blue"


def _sizes(shape: tuple[int, ...]) -> str:
    return " × ".join(f"{side:,}" for side in shape)

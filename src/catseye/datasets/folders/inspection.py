"""Picture files, each inspected once: whether it is intact, how large it is, whether it is grey."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.folders.inspection_cache import (
    FILE,
    Inspection,
    keep_inspections,
    read_inspections,
    take_stamps,
    unsettled_for,
)
from catseye.errors import PictureError
from catseye.images.decoded_ahead import current_ahead
from catseye.images.decoding import LARGEST_PIXELS, decode, find_extremes, read_bytes
from catseye.images.jpeg import quick_jpeg
from catseye.images.opening import check_format
from catseye.images.value_range import SIXTEEN_BITS
from catseye.system.progress_bar import progress
from catseye.system.threads import map_threads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.datasets.folders.inspection_cache import Stamp
    from catseye.images.decoded_ahead import DecodedAhead

_PASSING = MemoryError, ImportError  # why a picture cannot be decoded today, but perhaps tomorrow
_KEPT_AT_A_TIME = 1000  # a killed check loses no more than these
_ANY_SIZE = 1  # pixels: a JPEG is decoded at an eighth, which reads all of the file as well
_MOMENT = 0.02  # seconds that a load may wait


def inspect_files(paths: Sequence[Path], home: Path) -> list[Inspection]:
    """Inspect each file; those whose inspection is kept under ``home`` are not opened again."""
    stamps = take_stamps(paths)
    kept = read_inspections(home, [stamp for stamp in stamps if stamp])
    inspections = [kept.get(stamp) if stamp else None for stamp in stamps]
    missing = [index for index, inspection in enumerate(inspections) if inspection is None]
    fresh = _inspect_missing([paths[index] for index in missing], [stamps[index] for index in missing], home)
    found = dict(zip(missing, fresh, strict=True))
    return [inspection or found[index] for index, inspection in enumerate(inspections)]


def _settled(stamps: Sequence[Stamp | None]) -> list[Stamp | None]:
    """Return the stamps in which any change from now on will show, ``None`` for others; wait a moment for it."""
    waits = [unsettled_for(stamp) if stamp else 0.0 for stamp in stamps]
    time.sleep(max((wait for wait in waits if wait <= _MOMENT), default=0.0))
    return [stamp if wait <= _MOMENT else None for stamp, wait in zip(stamps, waits, strict=True)]


def hash_files(paths: Sequence[Path], home: Path) -> list[str]:
    """Return the SHA-256 of each file, empty for one that cannot be read.

    Files whose inspection is kept under ``home`` and that have not changed since are not opened.
    """
    stamps = take_stamps(paths)
    kept = read_inspections(home, [stamp for stamp in stamps if stamp]) if (home / FILE).exists() else {}
    digests = [kept[stamp].digest if stamp in kept else "" for stamp in stamps]
    missing = [index for index, digest in enumerate(digests) if not digest]
    for index, digest in zip(missing, map_threads(_hash, [paths[index] for index in missing]), strict=True):
        digests[index] = digest
    return digests


def _hash(path: Path) -> str:
    try:
        return hashlib.sha256(read_bytes(path)).hexdigest()
    except PictureError:
        return ""


def _inspect_missing(paths: Sequence[Path], stamps: Sequence[Stamp | None], home: Path) -> list[Inspection]:
    if not paths:
        return []
    ahead = current_ahead()
    if ahead:
        ahead.expected = len(paths)
    stamps, inspect = _settled(stamps), partial(_inspect, ahead)
    inspections: list[Inspection] = []
    lasting: dict[Stamp, Inspection] = {}
    try:
        with progress("checking pictures", len(paths)) as advance:
            for stamp, (inspection, lasts) in zip(stamps, map_threads(inspect, paths), strict=True):
                inspections.append(inspection)
                advance(1)
                if stamp and lasts:
                    lasting[stamp] = inspection
                if len(lasting) == _KEPT_AT_A_TIME:
                    keep_inspections(home, lasting)
                    lasting.clear()
    finally:
        keep_inspections(home, lasting)
    return inspections


def _inspect(ahead: DecodedAhead | None, path: Path) -> tuple[Inspection, bool]:
    """Inspect a file; say whether what was found holds as long as the file does not change."""
    try:
        content = read_bytes(path)
    except PictureError as error:
        return Inspection(fault=error.reason), False  # permissions, networks and disks may recover
    keeps = ahead is not None and ahead.wants(path)
    quick = quick_jpeg(content, ahead.preprocess.decoded_side if ahead and keeps else _ANY_SIZE, LARGEST_PIXELS)
    if quick is not None:
        digest = hashlib.sha256(content).hexdigest()
        if ahead and keeps:
            ahead.put(digest, quick.pixels, path)
        return Inspection(digest, quick.height, quick.width), True
    try:
        extremes = find_extremes(content, str(path))
        if extremes:  # only the size and the colour are asked for: any range of such values will do
            image = decode(content, str(path), value_range=replace(SIXTEEN_BITS, fractions=bool(extremes.fractions)))
        else:
            image = decode(content, str(path))
    except PictureError as error:
        return Inspection(fault=error.reason), not isinstance(error.__cause__, _PASSING)
    digest = hashlib.sha256(content).hexdigest()
    # A JPEG would be decoded at the size that is needed, and not come to quite the same pixels.
    if ahead and keeps and extremes is None and check_format(content, str(path)) != "JPEG":
        ahead.put(digest, np.array(image).reshape(image.height, image.width, -1), path)
    return Inspection(digest, image.height, image.width, image.mode == "L", extremes=extremes), True

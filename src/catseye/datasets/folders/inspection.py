"""Picture files, each inspected once: whether it is intact, how large it is, whether it is grey."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from catseye.datasets.folders.inspection_cache import Verdict, keep, known, stamps
from catseye.errors import PictureError
from catseye.images.decode import decode, read_bytes
from catseye.system.progress import progress
from catseye.system.threads import map_threads

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from catseye.datasets.folders.inspection_cache import Stamp

_KEPT_AT_A_TIME = 1000  # a killed check loses no more than these


def checked(paths: Sequence[Path], home: Path) -> list[Verdict]:
    """Return a verdict on each file; only those are opened on which none is kept under ``home``."""
    files = stamps(paths)
    kept = known(home, [stamp for stamp in files if stamp])
    verdicts = [kept.get(stamp) if stamp else None for stamp in files]
    missing = [index for index, verdict in enumerate(verdicts) if verdict is None]
    fresh = _looked_into([paths[index] for index in missing], [files[index] for index in missing], home)
    found = dict(zip(missing, fresh, strict=True))
    return [verdict or found[index] for index, verdict in enumerate(verdicts)]


def _looked_into(paths: Sequence[Path], files: Sequence[Stamp | None], home: Path) -> list[Verdict]:
    if not paths:
        return []
    verdicts: list[Verdict] = []
    lasting: dict[Stamp, Verdict] = {}
    try:
        with progress("checking pictures", len(paths)) as advance:
            for stamp, (verdict, lasts) in zip(files, map_threads(_inspect, paths), strict=True):
                verdicts.append(verdict)
                advance(1)
                if stamp and lasts:
                    lasting[stamp] = verdict
                if len(lasting) == _KEPT_AT_A_TIME:
                    keep(home, lasting)
                    lasting.clear()
    finally:
        keep(home, lasting)
    return verdicts


def _inspect(path: Path) -> tuple[Verdict, bool]:
    """Return the verdict on a file, and whether it lasts as long as the file stays as it is."""
    try:
        content = read_bytes(path)
    except PictureError as error:
        return Verdict(fault=error.reason), False  # permissions, networks and disks may recover
    try:
        image = decode(content, str(path))
    except PictureError as error:
        return Verdict(fault=error.reason), not isinstance(error.__cause__, MemoryError)
    digest = hashlib.sha256(content).hexdigest()
    return Verdict(digest, image.height, image.width, image.mode == "L"), True

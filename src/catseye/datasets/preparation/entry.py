"""An entry of the catalogue: a data set that is known by name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catseye.datasets.preparation.gzipped import read_gzipped
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.datasets.info import Info
    from catseye.datasets.preparation.storage import Storage


@dataclass(frozen=True)
class Archive:
    """One official file.

    Attributes
    ----------
    name : str
        Official file name.
    sha256 : str
        SHA-256 of the official file.
    content_sha256 : str
        SHA-256 of what a gzip file holds: it stays the same when the file is compressed again. Empty if it is not
        known.
    """

    name: str
    sha256: str
    content_sha256: str = ""

    def is_official(self, path: Path) -> bool:
        """Say whether ``path`` has the official bytes, or holds the official content."""
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() == self.sha256:
                return True
        if not self.content_sha256:
            return False
        try:
            return hashlib.sha256(read_gzipped(path)).hexdigest() == self.content_sha256
        except CatseyeError:
            return False


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A data set of the catalogue, in one version.

    Attributes
    ----------
    info : Info
    archives : tuple of Archive
        The archives that it is made from; empty where an installed package carries the data.
    addresses : tuple of str
        Folders on the web that hold the archives: the official one and its mirrors.
    storage : Storage
        Form in which it is kept on disk: ``Arrays`` or ``Photographs``.
    notes : tuple of str
        Remarks that matter for reading a result.
    """

    info: Info
    archives: tuple[Archive, ...]
    addresses: tuple[str, ...]
    storage: Storage
    notes: tuple[str, ...] = ()

"""Files that may be packed with gzip."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from pathlib import Path


LARGEST_BYTES = 2**30


_GZIP_MAGIC = b"\x1f\x8b"


def read_gzipped(path: Path) -> bytes:
    """Return what is in a gzip file, or the file itself where it is not packed.

    Raises
    ------
    CatseyeError
        The file is truncated or damaged, or would unpack to more than ``LARGEST_BYTES``.
    """
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP_MAGIC
    try:
        # Read one byte more than allowed: a gzip bomb is met without unpacking all of it.
        with gzip.open(path) if packed else path.open("rb") as file:
            content = file.read(LARGEST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise CatseyeError(f"{path} is damaged or truncated ({error}); provide an intact copy.") from error
    if len(content) > LARGEST_BYTES:
        raise CatseyeError(f"{path} unpacks to more than {LARGEST_BYTES:,} bytes, which no data set here has.")
    return content

"""Several parts of one data set as one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from catseye.datasets.file_pictures import FilePictures
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.datasets.pictures import Pictures, join_labellings
from catseye.errors import CatseyeError

if TYPE_CHECKING:
    from collections.abc import Sequence


def join_pictures(parts: Sequence[Pictures]) -> Pictures:
    """Return the pictures of several parts of one data set, one after another."""
    if len(parts) == 1:
        return parts[0]
    labels = np.concatenate([part.labels for part in parts])
    others = {name: join_labellings([part.others[name] for part in parts]) for name in parts[0].others}
    memory = [part for part in parts if isinstance(part, MemoryPictures)]
    if len(memory) == len(parts):
        images = np.concatenate([part.images for part in memory])
        return replace(memory[0], images=images, labels=labels, others=others)
    files = [part for part in parts if isinstance(part, FilePictures)]
    if len(files) != len(parts):
        raise CatseyeError("pictures in memory and pictures in files cannot be joined.")
    paths = tuple(path for part in files for path in part.paths)
    digests = tuple(digest for part in files for digest in part.digests)
    return replace(files[0], paths=paths, digests=digests, labels=labels, others=others)

"""Names of splits in tables and file names."""

from __future__ import annotations

from functools import cache

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.datasets.folders.split_names import UNLABELLED, find_splits

USUAL = (TRAIN, "val", VALIDATION, "dev", TEST)  # some of the names, for an error


@cache
def split_of(name: str) -> str | None:
    """Return the split that a name stands for, as it would for a folder; nothing for other names."""
    split = find_splits([name]).get(name)
    return None if split == UNLABELLED else split

"""What the splits of a data set are called in tables and file names."""

from __future__ import annotations

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.datasets.folders.folder import SPLIT_FOLDERS

SPLIT_NAMES = {
    **{"training": TRAIN, "dev": VALIDATION, "eval": TEST, "evaluation": TEST, "testing": TEST},
    **{"publictest": VALIDATION, "privatetest": TEST},  # as FER2013 calls them
    **SPLIT_FOLDERS,
}


def split_of(name: str) -> str | None:
    """Return the split that a name stands for, or nothing."""
    return SPLIT_NAMES.get(name.lower())

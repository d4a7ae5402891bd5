"""Names of splits in tables and file names."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from catseye.datasets.dataset import TEST, TRAIN, VALIDATION
from catseye.datasets.folders.split_names import UNLABELLED, find_splits

if TYPE_CHECKING:
    from collections.abc import Collection

USUAL = (TRAIN, "val", VALIDATION, "dev", TEST)  # some of the names, for an error


@cache
def split_of(name: str) -> str | None:
    """Return the split that a name stands for, as it would for a folder; nothing for other names."""
    split = find_splits([name]).get(name)
    return None if split == UNLABELLED else split


_YES = frozenset(("1", "1.0", "true", "t", "yes", "y"))
_NO = frozenset(("0", "0.0", "false", "f", "no", "n"))
_IS = re.compile(r"is[-_ ]?", re.I)


def flagged_split(column: str) -> str | None:
    """Return the split that a column of yes and no speaks of: ``is_train``, ``IsTest``, ``is_training_image``."""
    return split_of(_IS.sub("", column, count=1))


def is_flag(column: str, values: Collection[str]) -> bool:
    """Say whether a column says of each picture whether it belongs to one split: ``is_train`` with 0 and 1."""
    present = {value.lower() for value in values} - {""}
    return bool(present) and present <= _YES | _NO and flagged_split(column) is not None


def find_values(column: str, values: Collection[str]) -> dict[str, str]:
    """Return the split that each value of a column stands for, an empty text for none.

    Where a column is yes or no, *no* is the test split beside ``is_train``, and the training split beside others.
    """
    different = set(values)
    if is_flag(column, different):
        yes = flagged_split(column) or ""
        no = TEST if yes == TRAIN else TRAIN
        return {value: yes if value.lower() in _YES else no if value else "" for value in different}
    found = find_splits(different)
    return {value: split if (split := found.get(value, "")) != UNLABELLED else "" for value in different}

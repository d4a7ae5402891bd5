"""Which column of a label file says to which split a picture belongs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from catseye.datasets.label_files.split_names import USUAL, find_values, is_flag
from catseye.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from catseye.datasets.label_files.table import LabelTable

SPLIT_COLUMNS = ("split", "set", "subset", "usage", "partition", "fold", "phase")
_MOST_LISTED = 6


def usual_name(name: str) -> str:
    """Return a column's name in the form of the lists of usual names."""
    return re.sub(r"\W+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name.strip())).lower()


def find_split(table: LabelTable, file: str, *, is_one_hot: bool) -> str | None:
    """Return the column of splits: one with a usual name, one that holds only their names, or a flag like is_train.

    Parameters
    ----------
    table
    file
        The column of pictures.
    is_one_hot
        Whether columns of zeros and ones are the classes.

    Raises
    ------
    UsageError
        Several flags contradict each other.
    """
    fitting, flags = [], []
    for name, values in table.columns.items():
        splits = set(find_values(name, set(values) - {""}).values())
        is_usual = usual_name(name) in SPLIT_COLUMNS
        if name == file or not any(splits):
            continue
        if is_flag(name, set(values)):
            flags.append(name)
        elif is_usual or (len(splits) > 1 and all(splits)):
            fitting.append((not is_usual, name))
    if fitting:
        return min(fitting)[1]
    # The classes "train" and "bus" can be columns of zeros and ones, too.
    flags = [name for name in flags if not is_one_hot or usual_name(name).startswith("is_")]
    if not flags:
        return None
    if len({_splits_of_rows(name, table.columns[name]) for name in flags}) > 1:
        named = " and ".join(map(repr, flags[:_MOST_LISTED]))
        raise UsageError(f"{table.name}: the columns {named} give different splits; name one with --split-column.")
    return flags[0]


def _splits_of_rows(name: str, values: Sequence[str]) -> tuple[str, ...]:
    found = find_values(name, set(values))
    return tuple(found[value] for value in values)


def find_unused_split(table: LabelTable, used: Collection[str | None]) -> str | None:
    """Return a column with a usual name for splits, not among the used ones, that names none."""
    others = table.columns.keys() - set(used)
    return min((name for name in others if usual_name(name) in SPLIT_COLUMNS), default=None)


def check_splits(table: LabelTable, split: str) -> None:
    """Raise `UsageError` if a column names no split."""
    found = find_values(split, table.columns[split])
    unknowns = sorted(value for value, which in found.items() if value and not which)
    if unknowns and not any(found.values()):
        raise UsageError(
            f"{table.name}: column {split!r} holds {', '.join(map(repr, unknowns[:_MOST_LISTED]))}, but no split "
            f"name; expected {', '.join(USUAL)} or another usual name."
        )

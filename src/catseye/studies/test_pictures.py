"""The test pictures that a study measures on: no more than it needs, each class in proportion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from catseye.datasets.dataset import TEST
from catseye.datasets.splits import SEED, stratified
from catseye.errors import UsageError

if TYPE_CHECKING:
    from catseye.datasets.dataset import Dataset
    from catseye.datasets.pictures import Pictures


def choose_test_pictures(dataset: Dataset, most: int) -> tuple[Pictures, tuple[str, ...]]:
    """Return about ``most`` of the test pictures, and a note if that is not all of them.

    Raises
    ------
    UsageError
        The data set has no test pictures.
    """
    name = dataset.info.name
    if TEST not in dataset.splits:
        raise UsageError(f"{name} has no test pictures, and too few to set some aside.")
    test = dataset.splits[TEST]
    if len(test) <= most:
        return test, ()
    chosen = test.take(stratified(test.labels, most / len(test), SEED)[1])
    return chosen, (
        f"{name} is measured on {len(chosen):,} of its {len(test):,} test pictures, "
        f"each class in proportion (seed {SEED}).",
    )

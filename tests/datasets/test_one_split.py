"""A split where a data set is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import catseye
from catseye.datasets import open_dataset
from catseye.errors import UsageError
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from catseye.datasets import Pictures


@pytest.fixture(params=["memory", "files"])
def split(request: pytest.FixtureRequest, tmp_path: Path) -> Pictures:
    """Twenty pictures, as arrays and as files."""
    if request.param == "memory":
        digits = catseye.load("digits", split="train")
        return digits.take(np.concatenate([np.flatnonzero(digits.labels == label)[:10] for label in (3, 5)]))
    draw_folder(tmp_path / "data", {"train/a": 10, "train/b": 10, "test/a": 1})
    return catseye.load(tmp_path / "data", split="train")


def test_a_fifth_of_each_class_is_set_aside_as_for_arrays(split: Pictures) -> None:
    dataset = open_dataset(split)
    assert {name: len(part) for name, part in dataset.items()} == dataset.info.splits == {"train": 16, "test": 4}
    assert sorted(np.bincount(dataset["test"].labels).tolist())[-2:] == [2, 2]
    assert dataset.notes == ("no test split came with the pictures: 20% of each class was set aside (seed 0).",)
    both = [picture.tobytes() for part in dataset.values() for picture, _ in part]
    assert sorted(both) == sorted(picture.tobytes() for picture, _ in split)
    assert repr(dataset).startswith("Dataset(pictures: 16 train + 4 test, ")


def test_it_is_looked_at_whole(split: Pictures) -> None:
    """What is shown, described or checked has no need of a test."""
    assert catseye.show(split, count=5).total == catseye.info(split).splits["train"] == 20
    assert catseye.check(split).pictures == 20
    assert catseye.info(split).notes == ()


def test_its_name_tells_other_pictures_apart(split: Pictures) -> None:
    names = {open_dataset(part).info.name for part in (split, split.take(19), split[1:])}
    assert len(names) == 3
    assert open_dataset(split).info.name in names


def test_it_keeps_its_label_and_the_others() -> None:
    digits = catseye.load("digits", split="test")
    parity = catseye.datasets.Labelling(digits.labels % 2, ("even", "odd"))
    both = catseye.datasets.MemoryPictures(
        digits.batch(range(len(digits))), digits.labels, digits.classes, "digit", {"parity": parity}
    )
    info = open_dataset(both, label="parity").info
    assert (info.label, info.classes, list(info.other_labels)) == ("parity", ("even", "odd"), ["digit"])


@pytest.mark.parametrize("several", [tuple, list])
def test_several_splits_are_no_data_set(several: Any) -> None:
    with pytest.raises(UsageError, match="got several data sets or splits"):
        open_dataset(several(catseye.load("digits", split=["train", "test"])))

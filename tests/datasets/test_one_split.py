"""A split where a data set is asked for."""

from __future__ import annotations

import re
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
    assert dataset.notes == ("no test split came with the pictures: 20 % of each class was set aside (seed 0).",)
    both = [picture.tobytes() for part in dataset.values() for picture, _ in part]
    assert sorted(both) == sorted(picture.tobytes() for picture, _ in split)
    assert re.match(r"Dataset\((digits part|/.*/data): 16 train \+ 4 test, ", repr(dataset))


def test_it_is_looked_at_whole(split: Pictures) -> None:
    """What is shown, described or checked has no need of a test."""
    assert catseye.show(split, count=5).total == catseye.info(split).splits["train"] == 20
    assert catseye.check(split).pictures == 20
    assert catseye.info(split).notes == ()


def test_its_name_tells_other_pictures_apart(split: Pictures) -> None:
    names = {open_dataset(part).info.name for part in (split, split.take(19), split[1:])}
    assert len(names) == 3
    assert open_dataset(split).info.name in names


def test_a_stated_split_keeps_what_is_known_of_its_data_set() -> None:
    """Its name, version, licence and citation; and ``load`` gives the same pictures again."""
    whole = catseye.load("digits")
    for part in (
        whole["train[:10%]"],
        catseye.load("digits", "train[:10%]"),
        catseye.load("digits", ["train[:10%]"])[0],
    ):
        info = open_dataset(part).info
        assert (info.name, info.split, info.made_in_python) == ("digits", "train[:10%]", False)
        assert (info.version, info.licence, info.citation) == (
            *(whole.info.version, whole.info.licence, whole.info.citation),
        )
        assert catseye.load(info.name, info.split).fingerprint() == part.fingerprint()


def test_a_part_that_no_split_gives_keeps_the_licence_but_cannot_be_loaded_by_name() -> None:
    train = catseye.load("digits", "train[:50]")
    within = open_dataset(train)["train"]  # not the data set's own split
    for part in (train.take(20), train[:20], train.shuffle(), within, within[:9].labelled("label")):
        info = open_dataset(part).info
        assert re.fullmatch("digits part [0-9a-f]{8}", info.name)
        assert (info.split, info.licence, info.made_in_python) == ("", "CC BY 4.0", True)


def test_a_stated_split_of_a_table_keeps_the_options_of_its_labels(tmp_path: Path) -> None:
    draw_folder(tmp_path / "data", {"a": 6, "b": 6})
    rows = [f"{name}/{number}.png,{name},x" for name in "ab" for number in range(6)]
    (tmp_path / "data" / "labels.csv").write_text("\n".join(["file,kind,other", *rows]))
    part = catseye.load(tmp_path / "data" / "labels.csv", "train[:50%]", label_column="kind")
    info = open_dataset(part).info
    assert info.options == ("--label-column", "kind")
    assert info.split == "train[:50%]"


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

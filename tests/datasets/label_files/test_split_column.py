"""Columns that say to which split a picture belongs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.errors import UsageError
from tests.datasets.label_files.test_label_file import make

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("column", "values", "splits"),
    [
        ("is_train", "1 1 0 1", {"train": 3, "test": 1}),
        ("is_training_image", "1 0 0 1", {"train": 2, "test": 2}),
        ("train", "true true False true", {"train": 3, "test": 1}),
        ("isTest", "0 0 1 1", {"train": 2, "test": 2}),
        ("is_valid", "False True False False", {"train": 2, "validation": 1, "test": 1}),
        ("Split", "entrenamiento entrenamiento prueba prueba", {"train": 2, "test": 2}),
    ],
)
def test_a_flag_of_one_split_is_the_split_column(
    column: str, values: str, splits: dict[str, int], tmp_path: Path
) -> None:
    rows = [f"{n}.png,{'cat' if n % 2 else 'dog'},{value}" for n, value in enumerate(values.split(), 1)]
    dataset = catseye.load(make(tmp_path, "\n".join([f"file,label,{column}", *rows])))
    assert dict(dataset.info.splits) == splits
    assert dataset.info.classes == ("cat", "dog")


def test_flags_that_agree_are_used_and_others_are_for_the_user_to_choose(tmp_path: Path) -> None:
    rows = "1.png,cat,1,0\n2.png,dog,1,0\n3.png,dog,1,0\n4.png,cat,0,1\n"
    dataset = catseye.load(make(tmp_path, f"file,label,is_train,is_test\n{rows}"))
    assert dict(dataset.info.splits) == {"train": 3, "test": 1}
    path = make(tmp_path, f"file,label,is_train,is_valid\n{rows}")
    with pytest.raises(UsageError, match="'is_train' and 'is_valid' give different splits; name one with"):
        catseye.load(path)
    assert dict(catseye.load(path, split_column="is_valid").info.splits) == {"train": 2, "validation": 1, "test": 1}


def test_the_class_train_of_one_hot_columns_is_no_split(tmp_path: Path) -> None:
    path = make(tmp_path, "file,train,bus\n1.png,1,0\n2.png,0,1\n3.png,1,0\n4.png,0,1\n")
    assert catseye.load(path).info.classes == ("bus", "train")

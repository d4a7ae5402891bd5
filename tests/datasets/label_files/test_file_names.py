"""Labels in the names of pictures: patterns as they are given, and those that are offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.datasets.label_files.file_names import compile_pattern, offer_pattern
from catseye.errors import UsageError
from tests.conftest import draw

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("pattern", "place", "label"),
    [
        ("{label}_{}.jpg", "Abyssinian_100.jpg", "Abyssinian"),
        ("{label}_{}.jpg", "american_bulldog_12.jpg", "american_bulldog"),
        ("{label}_{}.jpg", "deep/folder/cat_1.JPG", "cat"),
        ("{label}_{}.jpg", "cat_1.png", None),
        ("{label}_{}", "cat_1.png", "cat"),
        ("{label}.{}.jpg", "cat.1.jpg", "cat"),
        ("{label}{number}.jpg", "cat12.jpg", "cat"),
        ("{label}{number}.jpg", "cat.jpg", None),
        ("{label} ({number})", "big cat (3).png", "big cat"),
        ("{}_{label}.jpg", "001_big_cat.jpg", "big_cat"),
        ("{}_{label}_{}.jpg", "1_big_cat_2.jpg", "big_cat"),
        ("{label}/{}", "x/cats/1.jpg", "cats"),
        ("{split}/{label}_{}.jpg", "train/cat_1.jpg", "cat"),
        ("[{label}] {}.jpg", "[cat] 1.jpg", "cat"),
    ],
)
def test_a_pattern_finds_the_label(pattern: str, place: str, label: str | None) -> None:
    match = compile_pattern(pattern).fullmatch(place)
    assert (match["label"] if match else None) == label


@pytest.mark.parametrize("pattern", ["", "{}", "cat_{}.jpg", "{label}{label}", "{lable}_{}", "{label", "{label}_{{}}"])
def test_what_is_no_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError, match="expected a pattern such as"):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    ("names", "pattern", "counts"),
    [
        (["cat.1.jpg", "cat.2.jpg", "dog.1.jpg", "dog.2.jpg"], "{label}.{}.jpg", {"cat": 2, "dog": 2}),
        (["a_b_1.jpg", "a_b_2.png", "Sphynx_1.jpg", "Sphynx_22.jpg"], "{label}_{}", {"a_b": 2, "Sphynx": 2}),
        (["cat1.png", "cat2.png", "dog1.png", "dog12.png"], "{label}{number}.png", {"cat": 2, "dog": 2}),
        (["cat (1).png", "cat (2).png", "dog (1).png", "dog (2).png"], "{label} ({}).png", {"cat": 2, "dog": 2}),
        (["01_cat.png", "02_cat.png", "03_dog.png", "04_dog.png"], "{}_{label}.png", {"cat": 2, "dog": 2}),
    ],
)
def test_a_usual_pattern_is_offered(names: list[str], pattern: str, counts: dict[str, int]) -> None:
    offer = offer_pattern(names)
    assert offer
    assert (offer.pattern, dict(offer.counts)) == (pattern, counts)
    found = [compile_pattern(offer.pattern).fullmatch(name) for name in names]
    assert all(match and match["label"] in counts for match in found)


@pytest.mark.parametrize(
    "names",
    [
        ["IMG_0001.jpg", "IMG_0002.jpg", "DSC_0001.jpg", "DSC_0002.jpg"],
        ["1.jpg", "2.jpg", "3.jpg", "4.jpg"],
        ["cat.jpg", "dog.jpg"],
        ["2023_1.jpg", "2023_2.jpg", "2024_1.jpg", "2024_2.jpg"],
        ["cat_1.jpg", "cat_2.jpg", "cat_3.jpg"],
        ["holiday_1.jpg", "cat.jpg", "x.png", "y.png"],
        [],
    ],
)
def test_nothing_is_offered_for_names_that_hold_no_labels(names: list[str]) -> None:
    assert offer_pattern(names) is None


def test_a_folder_is_labelled_by_its_names(tmp_path: Path) -> None:
    for seed, name in enumerate(
        ("train/cat_1.png", "train/dog_1.png", "test/cat_2.png", "x/dog_9.png", "train/IMG7.png")
    ):
        draw(tmp_path / name, seed=seed)
    dataset = catseye.load(tmp_path, label_from="{split}/{label}_{}.png")
    assert dict(dataset.info.splits) == {"train": 2, "test": 1}
    assert dataset.info.classes == ("cat", "dog")
    assert dataset.info.options == ("--label-from", "{split}/{label}_{}.png")
    assert {out.picture.removeprefix(f"{tmp_path}/"): out.reason for out in dataset.left_out} == {
        "train/IMG7.png": "its name does not match {split}/{label}_{}.png",
        "x/dog_9.png": "'x' in its name is not a split",
    }
    with pytest.raises(UsageError, match=r"no picture name in .* matches '\{label\}@\{\}'; the first is"):
        catseye.load(tmp_path, label_from="{label}@{}")

"""Names that look alike."""

from __future__ import annotations

import numpy as np
import pytest

from catseye.datasets.arrays import from_arrays
from catseye.datasets.look_alikes import find_look_alikes, in_words


@pytest.mark.parametrize(
    "names",
    [
        ("Cat", "cat"),
        ("café", "cafe\u0301"),
        ("cat", "cat "),
        ("cat", " cat"),
        ("big cat", "big  cat", "big\u00a0cat", "big\u3000cat"),
        ("cat", "c\u200bat", "\ufeffcat", "ca\u00adt", "cat\ufe0f"),
        ("cat", "ｃａｔ"),
        ("STRASSE", "straße"),
        ("cat", "сat", "cаt"),
        ("A", "Α", "А"),
        ("Вода", "вода"),
        ("t-shirt", "t‐shirt", "t–shirt"),
        ("cat's", "cat’s"),
    ],
)
def test_names_that_nobody_can_tell_apart_are_found(names: tuple[str, ...]) -> None:
    assert find_look_alikes(["zebra", *names, "dog"]) == [names]


@pytest.mark.parametrize(
    "names",
    [["cat", "cats"], ["1", "l"], ["猫", "犬"], ["a_b", "a b"], ["o", "ö"], ["", "x"], ["ক", "ক্ষ"], ["👩‍🚀", "👨‍🚀"]],
)
def test_names_that_can_be_told_apart_are_not(names: list[str]) -> None:
    assert not find_look_alikes(names)


def test_what_is_not_seen_is_written_out() -> None:
    assert in_words(["Cat", "cat"]) == "'Cat' and 'cat'"
    assert in_words(["cat", "cat "]) == "'cat' and 'cat '"
    assert in_words(["café", "cafe\u0301"]) == r"'caf\xe9' and 'cafe\u0301'"


def test_arrays_with_such_labels_say_so() -> None:
    dataset = from_arrays(np.zeros((6, 8, 8)), ["cat", "Cat", "dog"] * 2)
    assert "the class names 'Cat' and 'cat' look alike, but are separate classes." in dataset.notes
    assert dataset.info.classes == ("Cat", "cat", "dog")

"""A split in the habits of the field: take, slices, iteration, shuffle, batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import catseye
from catseye.datasets import MemoryPictures, Pictures
from catseye.errors import UsageError
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 8


@pytest.fixture(params=["memory", "files"])
def pictures(request: pytest.FixtureRequest, tmp_path: Path) -> Pictures:
    """Eight pictures, as arrays and as files."""
    if request.param == "memory":
        return catseye.load("digits", split="train[:8]")
    draw_folder(tmp_path / "data", {"train/a": 4, "train/b": 4, "test/a": 1})
    return catseye.load(tmp_path / "data", split="train")


def numbers(part: Pictures, whole: Pictures) -> list[int]:
    """Return which pictures of the whole the part holds, in its order; each with its own label."""
    pixels = [picture.tobytes() for picture, _ in whole]
    found = [pixels.index(picture.tobytes()) for picture, _ in part]
    assert part.labels.tolist() == whole.labels[found].tolist()
    return found


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (lambda p: p.take(3), [0, 1, 2]),
        (lambda p: p.take(np.int64(3)), [0, 1, 2]),
        (lambda p: p.take(99), list(range(8))),
        (lambda p: p.take(0), []),
        (lambda p: p.take([5, 1, 5]), [5, 1, 5]),
        (lambda p: p.take(np.array([-1])), [7]),
        (lambda p: p.take(range(6, 2, -2)), [6, 4]),
        (lambda p: p[2:5], [2, 3, 4]),
        (lambda p: p[-2:], [6, 7]),
        (lambda p: p[::-3], [7, 4, 1]),
        (lambda p: p[5:99], [5, 6, 7]),
        (lambda p: p[[1, 5]], [1, 5]),
        (lambda p: p[np.array([1, 5])], [1, 5]),
        (lambda p: p[np.arange(8) > 5], [6, 7]),
        (lambda p: p.take([True] + [False] * 7), [0]),
    ],
)
def test_parts_are_taken_by_number_slice_and_index(pictures: Pictures, part: Any, expected: list[int]) -> None:
    taken = part(pictures)
    assert type(taken) is type(pictures)
    assert numbers(taken, pictures) == expected
    assert taken.batch(range(len(expected))).shape[0] == len(expected) if expected else len(taken) == 0


@pytest.mark.parametrize("part", [lambda p: p.take([8]), lambda p: p.take(range(9)), lambda p: p[[-9]], lambda p: p[8]])
def test_there_is_no_picture_beyond_the_last(pictures: Pictures, part: Any) -> None:
    with pytest.raises(IndexError, match=r"^there is no picture -?[89]; there are 8, numbered from 0\.$"):
        part(pictures)


@pytest.mark.parametrize(
    ("part", "says"),
    [
        (lambda p: p.take(-1), "0 or more, or their indices; got -1"),
        (lambda p: p.take([0.5]), r"whole numbers, .*; got \[0\.5\]\."),
        (lambda p: p[[[0]]], r"whole numbers, .*; got \[\[0\]\]\."),
        (lambda p: p[3.5], r"or by True or False for each of them; got 3\.5\."),
        (lambda p: p.take("x"), r"whole numbers, .*; got 'x'\."),
        (lambda p: p[np.zeros((2, 3))], r"got an array of float64 of the shape \(2, 3\)\."),
        (lambda p: p[[True, False]], r"for each of them; got \[True, False\]\."),
        (lambda p: p["a":], "a slice of pictures needs whole numbers"),
        (lambda p: p[::0], "a slice of pictures needs whole numbers"),
        (lambda p: p.batch(["a"]), r"whole numbers, .*; got \['a'\]\."),
        (lambda p: p.batch([8]), "there is no picture 8; there are 8"),
        (lambda p: p.shuffle("a"), "seed must be a whole number; got 'a'"),
        (lambda p: p.shuffle(-1), "seed must be between 0 and 4,294,967,295; got -1"),
        (lambda p: p.batches(4).take(-1), "0 or more; got -1"),
        (lambda p: p.batch(size=4), "unknown option of batch: 'size'"),
        (lambda p: p["train"], "whole numbers"),
        (lambda p: p.batches(0), "at least 1; got 0"),
        (lambda p: p.batches("many"), "at least 1; got 'many'"),
        (lambda p: p.batch(32), r"e\.g\. batch\(range\(32\)\); batches\(32\) yields all pictures, 32 at a time\."),
    ],
)
def test_what_cannot_be_meant_is_refused_at_once(pictures: Pictures, part: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        part(pictures)


def test_iterating_gives_every_pair_once(pictures: Pictures) -> None:
    pairs = list(pictures)
    assert len(pairs) == len(pictures) == COUNT
    for index, (picture, label) in enumerate(pairs):
        assert np.array_equal(picture, pictures.picture(index))
        assert type(label) is int
        assert label == pictures.labels[index]


def test_a_shuffle_is_all_pictures_in_an_order_that_the_seed_makes(pictures: Pictures) -> None:
    orders = [numbers(pictures.shuffle(seed), pictures) for seed in (0, 0, 1)]
    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == sorted(orders[2]) == list(range(COUNT))
    assert orders[0] != list(range(COUNT))


def test_batches_of_a_shuffle_hold_everything(pictures: Pictures) -> None:
    batches = list(pictures.shuffle(3).batches(3))
    assert [len(labels) for _, labels in batches] == [3, 3, 2]
    assert sorted(np.concatenate([labels for _, labels in batches])) == sorted(pictures.labels)


def test_batches_have_a_length_and_can_be_repeated(pictures: Pictures) -> None:
    batches = pictures.batches(3)
    assert repr(batches) == "Batches(3 of 3 pictures, 2 in the last)"
    for _ in range(2):
        assert [len(labels) for _, labels in batches] == [3, 3, 2]
    assert len(batches) == 3
    dropped = pictures.batches(3, drop_remainder=True)
    assert repr(dropped) == "Batches(2 of 3 pictures)"
    assert len(dropped) == len(list(dropped)) == 2
    assert [len(labels) for _, labels in batches.take(1)] == [3]
    assert len(batches.take(9)) == 3
    assert [len(labels) for _, labels in pictures.batches(4)] == [4, 4]
    assert len(pictures.take(0).batches(3)) == len(list(pictures.take(0).batches(3))) == 0


def test_a_slice_shares_the_memory() -> None:
    whole = catseye.load("digits", split="train")
    for part in (whole[100:200], whole.take(100), whole[::2]):
        assert isinstance(whole, MemoryPictures)
        assert isinstance(part, MemoryPictures)
        assert np.shares_memory(part.images, whole.images)


def test_a_split_says_in_a_line_what_it_is() -> None:
    pictures = catseye.load("digits", split="train")
    assert repr(pictures) == str(pictures) == "Pictures(1,438 pictures, 10 classes, 8×8×1)"
    assert repr(pictures.take(1)) == "Pictures(1 picture, 10 classes, 8×8×1)"
    ones = pictures[np.flatnonzero(pictures.labels == 1)].take(2).to_json()
    assert ones["pictures"] == 2
    assert ones["shape"] == [8, 8, 1]
    assert ones["classes"] == dict.fromkeys("023456789", 0) | {"1": 2}

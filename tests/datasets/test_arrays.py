"""Arrays as a data set: what is taken, what becomes of it, and what is refused with a way out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import catseye
from catseye.datasets import MemoryPictures, from_arrays, open_dataset
from catseye.datasets.set_aside import NOTE
from catseye.errors import UsageError

GREY = np.arange(10 * 4 * 6, dtype=np.uint8).reshape(10, 4, 6)
LABELS = np.array([7, -1] * 5)


def test_a_picture_is_the_same_however_it_is_given() -> None:
    for images in (GREY, GREY[..., None], GREY / 255, (GREY / 255).astype(np.float32), list(GREY), GREY[:, None]):
        dataset = from_arrays(images, LABELS, GREY, LABELS)
        assert dataset["train"].shape == (4, 6, 1)
        assert np.array_equal(dataset["train"].batch(range(10))[:, 0], GREY)
        assert np.array_equal(dataset["train"][3][0][..., 0], GREY[3])


def test_colours_stay_in_their_places() -> None:
    images = np.zeros((4, 5, 6, 3), np.uint8)
    images[2, 1, 3] = 10, 20, 30
    dataset = from_arrays(images, list("abab"), images.transpose(0, 3, 1, 2), list("abab"))
    pictures = dataset["train"]
    assert np.array_equal(dataset["test"].batch(range(4)), pictures.batch(range(4)))
    assert pictures.batch([2])[0, :, 1, 3].tolist() == [10, 20, 30]
    assert pictures[2][0][1, 3].tolist() == [10, 20, 30]


def test_floats_are_rounded_to_the_nearest_of_256_values() -> None:
    images = np.array([0.0, 0.001, 0.5, 0.998, 1.0, 1 / 255]).reshape(6, 1, 1)
    pixels = from_arrays(images, [0, 1] * 3, images, [0, 1] * 3)["train"].batch(range(6))
    assert pixels.ravel().tolist() == [0, 0, 128, 254, 255, 1]


def test_grey_arrays_of_whole_numbers_are_not_copied() -> None:
    pictures = from_arrays(GREY, LABELS, GREY, LABELS)["train"]
    assert isinstance(pictures, MemoryPictures)
    assert np.shares_memory(pictures.images, GREY)


def test_what_the_library_hands_out_it_takes_back() -> None:
    """The batches of a split, channels first, and its pictures, channels last."""
    train = catseye.load("digits", split="train[:40]")
    (images, labels), *_ = train.batches(40)
    batch, pairs = from_arrays(images, labels), from_arrays([picture for picture, _ in train], labels)
    assert batch.info.name == pairs.info.name


def test_classes_are_the_labels_in_order() -> None:
    numbered = from_arrays(GREY, [10, 9, 2, 10, 9, 2, 10, 9, 2, 2], GREY[:2], [9, -5])
    assert numbered.info.classes == ("-5", "2", "9", "10")
    assert numbered["train"].labels.tolist() == [3, 2, 1, 3, 2, 1, 3, 2, 1, 1]
    assert numbered["test"].labels.tolist() == [2, 0]
    assert "train has no picture of -5." in numbered.notes
    named = from_arrays(GREY, ["বাঘ", "cat"] * 5)
    assert named.info.classes == ("cat", "বাঘ")


def test_a_fifth_of_each_class_is_set_aside_where_there_is_no_test() -> None:
    dataset = from_arrays(np.repeat(GREY, 2, axis=0), [0] * 10 + [1] * 10)
    assert dict(dataset.info.splits) == {"train": 16, "test": 4}
    assert dataset["test"].labels.tolist() == [0, 0, 1, 1]
    assert dataset.notes == (NOTE,)
    assert from_arrays(GREY, LABELS, GREY, LABELS).notes == ()


def test_the_name_tells_other_arrays_apart() -> None:
    names = {
        from_arrays(GREY, LABELS).info.name,
        from_arrays(GREY.copy(), list(LABELS)).info.name,
        from_arrays(GREY / 255, LABELS).info.name,
    }
    assert len(names) == 1
    changed = GREY.copy()
    changed[9, 3, 5] ^= 1
    others = (from_arrays(changed, LABELS), from_arrays(GREY, -LABELS), from_arrays(GREY, LABELS[::-1]))
    assert len(names | {other.info.name for other in others}) == 4


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ((GREY[0], LABELS), r"images have the shape \(N, H, W\), or \(N, H, W, C\) .*; got \(4, 6\)\."),
        (
            (np.zeros((9, 3, 8, 3)), np.arange(9)),
            r"\(9, 3, 8, 3\) could have its channels first or last; .*as grey ones",
        ),
        ((np.zeros((9, 1, 8, 1)), np.arange(9)), r"\(9, 1, 8, 1\) could have its channels first or last"),
        ((np.zeros((9, 4, 8, 8)), np.arange(9)), r"got \(9, 4, 8, 8\)\."),
        ((np.zeros((9, 8, 8, 2)), np.arange(9)), r"got \(9, 8, 8, 2\)\."),
        ((np.zeros((0, 8, 8)), []), r"got \(0, 8, 8\)"),
        (([GREY[0], GREY[0, :2]], [0, 1]), "these differ in size"),
        ((GREY * 1.0, LABELS), r"got float64 from 0 to 239; images\.astype\('uint8'\) takes values from 0 to 255"),
        ((GREY.astype(int), LABELS), r"got int64 from 0 to 239; images\.astype\('uint8'\)"),
        ((GREY / 100 - 1, LABELS), r"uint8, or floats from 0 to 1; got float64 from -1 to 1\.39\."),
        ((np.where(GREY == 5, np.nan, GREY / 255), LABELS), "some values are NaN"),
        ((np.where(GREY == 5, np.inf, GREY / 255), LABELS), "from 0 to inf"),
        ((GREY > 3, LABELS), "got bool"),
        ((GREY, LABELS[:9]), "got 9 labels for 10 pictures"),
        ((GREY, LABELS[:, None]), r"got \(10, 1\); labels\.reshape\(-1\)"),
        ((GREY, np.eye(10)), r"got \(10, 10\); of one-hot rows, labels\.argmax\(axis=1\)"),
        ((GREY, LABELS * 1.0), "labels are whole numbers or strings; got float64"),
        ((GREY, [None, "a"] * 5), "labels are whole numbers or strings; got object"),
        ((GREY, ["a", "b\n"] * 5), r"the label 'b\\n' cannot be used as a class name"),
        ((GREY, LABELS, GREY[:3], LABELS[:2]), "got 2 test_labels for 3 pictures"),
        ((GREY, LABELS, GREY[:, :3], LABELS), r"the same shape; got 4×6×1 and 3×6×1"),
        ((GREY, LABELS, GREY, list("abababdbab")), "both whole numbers or both strings"),
        ((GREY, LABELS, GREY, None), "belong together"),
        ((GREY, LABELS, GREY), r"\(images, labels, test_images, test_labels\); got 3 arrays\."),
        (GREY, "got ndarray"),
    ],
)
def test_what_cannot_be_used_is_refused_with_what_was_expected(arrays: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        open_dataset(arrays)
    assert len(str(caught.value).splitlines()) == 1


def test_every_verb_on_data_takes_arrays() -> None:
    arrays = (GREY, LABELS)
    assert dict(catseye.info(arrays).splits) == {"train": 8, "test": 2}
    assert len(catseye.show(arrays).shown) == 8
    assert catseye.check(arrays).pictures == 10
    with pytest.raises(UsageError, match="unknown label 'species'"):
        catseye.show(arrays, label="species")


def test_one_class_can_be_looked_at_but_not_learned() -> None:
    alone = (GREY, np.zeros(10, int))
    assert repr(catseye.show(alone, count=3)).endswith("train: 3 of 8 pictures)")
    with pytest.raises(UsageError, match="at least two classes"):
        catseye.train(alone)

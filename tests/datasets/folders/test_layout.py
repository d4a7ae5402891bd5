"""Layouts of folders: which are splits, which are classes, and what is said of the rest."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import catseye
from catseye.datasets.folders.layout import Layout, find_layout
from catseye.datasets.folders.tree import Branch, read_tree
from catseye.errors import UsageError
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from catseye.runs.run import Run


def lay_out(root: Path, counts: dict[str, int]) -> Layout:
    """Return the layout of folders with so many files called like pictures."""
    for folder, count in counts.items():
        (root / folder).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            (root / folder / f"{number}.jpg").touch()
    return find_layout(read_tree(root), "photos")


def counted(layout: Layout) -> dict[str, int]:
    """Return ``{"split/class": pictures}``."""
    found: Counter[str] = Counter()
    for one in layout.classes:
        found[f"{one.split}/{one.name}"] += one.branch.total
    return dict(found)


PLAIN = {"train/a": 5, "train/b": 4, "test/a": 3, "test/b": 2}


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("Training", "Testing"),
        ("training_set", "test_set"),
        ("training_set/training_set", "test_set/test_set"),
        ("seg_train/seg_train", "seg_test/seg_test"),
        ("flowers_train", "flowers_test"),
        ("train/train", "test/test"),
        ("train/images", "test/images"),
        ("images/train", "images/test"),
        ("wrapper/set/Train", "wrapper/set/Eval"),
        ("TRAIN", "holdout"),
    ],
)
def test_split_folders_are_recognised_under_usual_names_and_within_others(
    tmp_path: Path, train: str, test: str
) -> None:
    layout = lay_out(tmp_path, {f"{train}/a": 5, f"{train}/b": 4, f"{test}/a": 3, f"{test}/b": 2})
    assert counted(layout) == PLAIN
    assert not layout.notes
    assert not layout.doubts


def test_classes_can_be_divided_into_splits(tmp_path: Path) -> None:
    layout = lay_out(tmp_path, {"a/train": 5, "a/test": 3, "b/train": 4, "b/test": 2, "a": 1})
    assert counted(layout) == PLAIN
    assert layout.notes == ("ignored 1 picture directly in a, in none of its split folders.",)


def test_class_folders_beside_a_test_folder_are_for_training(tmp_path: Path) -> None:
    assert counted(lay_out(tmp_path, {"a": 5, "b": 4, "test/a": 3, "test/b": 2})) == PLAIN


def test_several_folders_of_one_split_are_joined_and_said(tmp_path: Path) -> None:
    layout = lay_out(tmp_path, {"train1/a": 2, "train2/a": 3, "train1/b": 4, "test/a": 3, "test/b": 2})
    assert counted(layout) == PLAIN
    assert layout.notes == ("train1, train2 together are the train split.",)


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        ({"test": 7}, "ignored 7 pictures directly in test, not in a class folder."),
        (
            {"test/images": 7},
            "ignored 7 pictures in test, not in class folders: taken as unlabelled.",
        ),
        ({"test1/test1": 7}, "ignored 7 pictures in test1, not in class folders: taken as unlabelled"),
        ({"test/unknown": 7}, "ignored 7 pictures in test, not in class folders: taken as unlabelled"),
        ({"predictions": 7}, "folders beside train are ignored: predictions. They hold 7 pictures."),
        ({"sample_images": 7}, "folders beside train are ignored: sample_images. They hold 7 pictures."),
        ({"augmented/a": 7}, "folders beside train are ignored: augmented. They hold 7 pictures."),
    ],
)
def test_what_has_no_label_is_counted_and_left_out(tmp_path: Path, extra: dict[str, int], says: str) -> None:
    layout = lay_out(tmp_path, {"train/a": 5, "train/b": 4} | extra)
    assert counted(layout) == {"train/a": 5, "train/b": 4}
    assert says in " ".join(layout.notes)
    assert not layout.doubts


@pytest.mark.parametrize("folder", ["test", "Testing", "test/images", "unlabelled"])
def test_a_folder_for_testing_beside_classes_is_not_one_of_them(tmp_path: Path, folder: str) -> None:
    layout = lay_out(tmp_path, {"cat": 5, "dog": 4, folder: 7})
    assert counted(layout) == {"train/cat": 5, "train/dog": 4}
    assert layout.notes[0].startswith(f"ignored 7 pictures in {folder.partition('/')[0]}, not in class folders")


@pytest.mark.parametrize(
    "counts",
    [
        {"train": 3, "bus": 2},
        {"train": 3, "bus": 2, "car": 1},
        {"valid": 3, "invalid": 2, "unsure": 1},
        {"test": 3, "control": 2},
        {"Class 1": 3, "Class 2": 2},
        {"cat/2023/may": 2, "dog/2023": 1},
        {"cat/images": 2, "dog/images": 1},
    ],
)
def test_classes_called_like_splits_stay_classes(tmp_path: Path, counts: dict[str, int]) -> None:
    layout = lay_out(tmp_path, counts)
    assert counted(layout) == {f"train/{folder.partition('/')[0]}": count for folder, count in counts.items()}
    assert not layout.doubts
    assert not layout.notes


def test_vehicles_called_train_can_have_splits(tmp_path: Path) -> None:
    counts = {"Train/train": 5, "Train/bus": 4, "Test/train": 3, "Test/bus": 2}
    assert counted(lay_out(tmp_path, counts)) == {key.replace("T", "t"): count for key, count in counts.items()}


def test_a_data_folder_beside_examples_holds_the_classes(tmp_path: Path) -> None:
    layout = lay_out(tmp_path, {f"Dataset/{digit}": 2 for digit in range(10)} | {"Examples": 10})
    assert counted(layout) == {f"train/{digit}": 2 for digit in range(10)}
    assert layout.notes == ("folders beside Dataset are ignored: Examples. They hold 10 pictures.",)


def test_a_loose_picture_beside_the_only_folder_does_not_hide_the_classes(tmp_path: Path) -> None:
    layout = lay_out(tmp_path, {"set/a": 2, "set/b": 3, ".": 1})
    assert counted(layout) == {"train/a": 2, "train/b": 3}
    assert layout.notes == ("ignored 1 picture directly in the top folder, not in a class folder.",)


def test_masks_beside_pictures_are_left_out(tmp_path: Path) -> None:
    layout = lay_out(tmp_path, {"sick/images": 3, "sick/masks": 3, "well/images": 2, "well/masks": 2})
    assert counted(layout) == {"train/sick": 3, "train/well": 2}
    assert layout.notes == ("ignored 5 pictures in folders of masks or labels.",)


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        (
            {f"{v}/{c}": 2 for v in ("color", "grey") for c in "abc"},
            "color, grey hold the same folders (a, b, c), which",
        ),
        ({f"fold{i}/{c}": 2 for i in range(5) for c in "ab"}, "Give one of them, e.g. photos/fold0"),
        ({f"fold{i}/{s}/a": 2 for i in range(2) for s in ("train", "test")}, "(test, train), which look like splits"),
        ({f"train/{v}/{c}": 2 for v in ("day1", "day2") for c in "ab"}, "Give one of them, e.g. photos/train/day1"),
        ({"train/steam": 2, "train/diesel": 2, "bus": 2, "car": 2}, "train holds folders (diesel, steam), as a split"),
        ({"test/x": 2, "a": 2, "b": 2}, "Give photos/test, or put the pictures of test directly into it"),
        ({"valid/x": 2, "valid/y": 1, "invalid/x": 2, "invalid/y": 2}, "valid holds folders (x, y), as a split does"),
        ({"train": 2, "test": 2}, "test, train are named like splits but hold pictures without class folders"),
        ({"a/train": 2, "a/test": 1, "b": 2}, "a is divided into splits, b is not. Divide all classes, or none."),
        ({"train/images": 2, "valid/images": 2}, "all pictures lie in folders called images, which is not a class."),
    ],
)
def test_serious_doubts_say_what_was_found_and_what_to_do(tmp_path: Path, counts: dict[str, int], says: str) -> None:
    (doubt,) = lay_out(tmp_path, counts).doubts
    assert says in doubt.reason
    assert doubt.serious
    assert doubt.classes


@pytest.mark.parametrize(
    ("counts", "says"),
    [
        ({"good": 5, "bad/hole": 2, "bad/crack": 2}, "bad holds pictures only in subfolders (crack, hole); all"),
        ({"Sheet/0": 5, "Sheet/1": 2, "Foo": 2}, "If the subfolders are the classes, give photos/Sheet."),
        (
            {"animals/cat": 1, "animals/dog": 1, "food/rice": 1, "food/tofu": 1},
            "give one of them, e.g. photos/animals.",
        ),
        ({"train": 2, "test": 2, "bus": 2}, "test, train are named like splits but lie beside other classes"),
    ],
)
def test_slight_doubts_are_said_and_nothing_is_refused(tmp_path: Path, counts: dict[str, int], says: str) -> None:
    (doubt,) = lay_out(tmp_path, counts).doubts
    assert says in doubt.reason
    assert not doubt.serious


def test_nothing_is_trained_or_measured_on_classes_in_serious_doubt(tmp_path: Path, digits_run: Run) -> None:
    draw_folder(tmp_path, {"day1/a": 2, "day1/b": 2, "day2/a": 2, "day2/b": 2})
    dataset = catseye.load(tmp_path)
    assert any("hold the same folders (a, b)" in note for note in dataset.notes)
    acts: list[Callable[[], object]] = [
        lambda: catseye.train(tmp_path),
        lambda: catseye.transfer(tmp_path),
        lambda: catseye.reach([tmp_path]),
        lambda: catseye.evaluate(digits_run, tmp_path),
    ]
    for act in acts:
        with pytest.raises(UsageError, match=r"Give one of them, e\.g\. .*/day1; if day1, day2 are the classes"):
            act()


NAMES = [
    *"abc",
    "train",
    "test",
    "val",
    "Testing",
    "images",
    "masks",
    "Dataset",
    "Examples",
    "seg_train",
    "pred",
    "eval",
]


def plant(path: Path, shape: tuple[int, dict[str, Any]]) -> Branch:
    """Return a folder that is not on disk, of so many pictures and with these folders in it."""
    count, inside = shape
    pictures = tuple(path / f"{number}.jpg" for number in range(count))
    return Branch(path, pictures, (), tuple(plant(path / name, one) for name, one in sorted(inside.items())), {})


def shapes() -> st.SearchStrategy[tuple[int, dict[str, Any]]]:
    counts = st.sampled_from([0, 0, 1, 2])
    leaves: st.SearchStrategy[tuple[int, dict[str, Any]]] = st.tuples(counts, st.just({}))
    return st.recursive(
        leaves,
        lambda inner: st.tuples(counts, st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)),
        max_leaves=14,
    )


@settings(max_examples=300)
@given(shapes())
def test_every_picture_is_in_one_class_or_counted_in_a_note(shape: tuple[int, dict[str, Any]]) -> None:
    root = plant(Path("/photos"), shape)
    layout = find_layout(root, "photos")
    used = [path for one in layout.classes for branch in one.branch.walk() for path in branch.pictures]
    assert len(used) == len(set(used))
    noted = sum(int(count) for note in layout.notes for count in re.findall(r"(\d+) pictures?", note))
    assert len(used) + noted == root.total
    assert all(path.is_relative_to(layout.top) for path in used)

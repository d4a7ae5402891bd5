"""A folder of the user's: when its folders are the classes, when a label file is, and what is offered otherwise."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.errors import CatseyeError, UsageError
from tests.conftest import draw, draw_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def draw_all(folder: Path, places: Iterable[str]) -> Path:
    """Write a picture at each place."""
    for seed, place in enumerate(places):
        draw(folder / place, seed=seed)
    return folder


def rows(places: Iterable[str], header: str = "file_name,label") -> str:
    """Return a table in which cats and dogs take turns."""
    lines = (f"{place},{('cat', 'dog')[number % 2]}" for number, place in enumerate(places))
    return "\n".join([header, *lines])


FOUR = ("1.png", "2.png", "3.png", "4.png")


@pytest.mark.parametrize("file", ["metadata.csv", "labels.csv", "whatever.tsv"])
@pytest.mark.parametrize("inside", ["", "images/", "train/", "wrapper/images/"])
def test_a_label_file_in_a_folder_of_unsorted_pictures_is_used(tmp_path: Path, file: str, inside: str) -> None:
    draw_all(tmp_path, (f"{inside}{name}" for name in FOUR))
    top = tmp_path / "wrapper" if inside.startswith("wrapper") else tmp_path
    (top / file).write_text(rows(FOUR))
    dataset = catseye.load(tmp_path)
    assert dataset.info.classes == ("cat", "dog")
    assert f"the labels are those of {file}, column label." in dataset.notes
    assert not dataset.left_out


def test_metadata_in_the_folder_of_each_split_as_hugging_face_has_it(tmp_path: Path) -> None:
    for split in ("train", "test"):
        draw_all(tmp_path / split, FOUR)
        lines = ({"file_name": name, "label": number % 2} for number, name in enumerate(FOUR))
        (tmp_path / split / "metadata.jsonl").write_text("\n".join(map(json.dumps, lines)))
    dataset = catseye.load(tmp_path)
    assert dict(dataset.info.splits) == {"train": 4, "test": 4}
    assert dataset.info.classes == ("0", "1")


def test_tables_of_a_competition(tmp_path: Path) -> None:
    draw_all(tmp_path, [*(f"train/{name}" for name in FOUR), "test/5.png", "test/6.png"])
    (tmp_path / "train.csv").write_text(rows(["1", "2", "3", "4"], "id,breed"))
    (tmp_path / "test.csv").write_text("id\n5\n6\n")
    (tmp_path / "sample_submission.csv").write_text("id,cat,dog\n5,0.5,0.5\n6,0.5,0.5\n")
    dataset = catseye.load(tmp_path)
    assert dataset.info.classes == ("cat", "dog")
    assert len(dataset["train+test"]) == 4
    assert "test.csv has no labels, unlike train.csv, and is ignored." in dataset.notes
    assert any("test/5.png, test/6.png" in note for note in dataset.notes)


def test_a_table_for_each_split(tmp_path: Path) -> None:
    draw_all(tmp_path / "images", [*FOUR, "5.png"])
    (tmp_path / "train.csv").write_text(rows(FOUR))
    (tmp_path / "test.csv").write_text(rows(["5.png"]))
    assert dict(catseye.load(tmp_path).info.splits) == {"train": 4, "test": 1}
    assert len(catseye.load(tmp_path / "test.csv")["train"]) == 1


def test_class_folders_stay_the_classes_beside_a_label_file(tmp_path: Path) -> None:
    draw_folder(tmp_path, {"red": 4, "blue": 4})
    (tmp_path / "labels.csv").write_text(rows([f"red/{n}.png" for n in range(4)] + [f"blue/{n}.png" for n in range(4)]))
    dataset = catseye.load(tmp_path)
    assert dataset.info.classes == ("blue", "red")
    note = "labels.csv names pictures too, but their folders are the classes; give its path to use it."
    assert note in dataset.notes
    assert catseye.load(tmp_path / "labels.csv").info.classes == ("cat", "dog")
    assert catseye.load(tmp_path, label_column="label").info.classes == ("cat", "dog")


def test_a_table_that_names_no_picture_is_passed_over(tmp_path: Path) -> None:
    draw_folder(tmp_path, {"red": 4, "blue": 4})
    (tmp_path / "prices.csv").write_text("what,price\nred,3\nblue,4\n")
    dataset = catseye.load(tmp_path)
    assert not any("prices" in note for note in dataset.notes)
    with pytest.raises(UsageError, match="holds no label file that names its pictures; --label-column what is"):
        catseye.load(tmp_path, label_column="what")


def test_several_label_files_without_usual_names_are_asked_for(tmp_path: Path) -> None:
    draw_all(tmp_path, FOUR)
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(rows(FOUR))
    with pytest.raises(UsageError, match=r"has several label files: a\.csv, b\.csv; give the path"):
        catseye.load(tmp_path)
    (tmp_path / "labels.csv").write_text(rows(FOUR))
    assert any("those of labels.csv, column label; not used: a.csv, b.csv." in n for n in catseye.load(tmp_path).notes)


def test_an_archive_may_hold_a_label_file(tmp_path: Path) -> None:
    draw_all(tmp_path / "data" / "pictures", FOUR)
    (tmp_path / "data" / "labels.csv").write_text(rows(FOUR) + "\ngone.png,cat\n../../outside.png,cat")
    draw(tmp_path / "outside.png")
    shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "data")
    dataset = catseye.load(tmp_path / "packed.zip")
    assert dataset.info.classes == ("cat", "dog")
    assert [out.picture for out in dataset.left_out] == ["gone.png", "../../outside.png"]


def test_a_pattern_is_offered_where_pictures_lie_loose(tmp_path: Path) -> None:
    draw_all(tmp_path, ("cat.1.png", "cat.2.png", "cat.3.png", "dog.1.png", "dog.2.png"))
    with pytest.raises(CatseyeError) as caught:
        catseye.load(tmp_path)
    first, second = str(caught.value).splitlines()
    assert "its 5 pictures lie directly in it" in first
    assert second == "Or --label-from '{label}.{}.png' finds 2 classes in their names: cat 3, dog 2."
    assert catseye.load(tmp_path, label_from="{label}.{}.png").info.classes == ("cat", "dog")


def test_a_pattern_is_offered_where_one_folder_would_be_the_only_class(tmp_path: Path) -> None:
    draw_all(tmp_path / "images", ("cat.1.png", "cat.2.png", "dog.1.png", "dog.2.png"))
    with pytest.raises(UsageError, match=r"--label-from '\{label\}\.\{\}\.png' finds 2 classes") as caught:
        catseye.train(tmp_path)
    assert len(str(caught.value).splitlines()) <= 2


@pytest.mark.parametrize(
    ("folders", "name", "offered", "splits"),
    [
        (("train",), "{}.{}.png", "{label}.{}.png", {"train", "test"}),  # a fifth is set aside
        (("images/train", "images/val"), "{}_{}.png", "{split}/{label}_{}.png", {"train", "validation", "test"}),
        (("train/imgs", "test/imgs"), "{}1{}.png", "{split}/imgs/{label}{number}.png", {"train", "test"}),
    ],
)
def test_a_pattern_is_offered_where_splits_hold_no_class_folders(
    tmp_path: Path, folders: tuple[str, ...], name: str, offered: str, splits: set[str]
) -> None:
    places = [
        f"{folder}/{name.format(kind, number)}" for folder in folders for kind in ("cat", "dog") for number in "12"
    ]
    unlabelled = ["test1/1.png", "test1/2.png", "test1/3.png"] if len(folders) == 1 else []  # as in competitions
    draw_all(tmp_path, [*places, *unlabelled])
    with pytest.raises(UsageError) as caught:
        catseye.train(tmp_path)
    assert f"Or --label-from '{offered}' finds 2 classes in their names: cat " in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 2
    found = catseye.load(tmp_path, label_from=offered)
    assert found.info.classes == ("cat", "dog")
    assert len(found.left_out) == len(unlabelled)
    assert set(found) == splits


def test_columns_and_a_pattern_do_not_go_together(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="choose one"):
        catseye.load(tmp_path, label_from="{label}_{}", label_column="label")

"""Pictures added to those of a run: recognised by content, the test pictures kept apart."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import catseye
from catseye.datasets.added_pictures import add_pictures
from catseye.datasets.picture_record import read_record, write_record
from catseye.errors import CatseyeError, UsageError
from catseye.system.home import home_folder
from tests.conftest import draw, draw_folder

if TYPE_CHECKING:
    from catseye.datasets.added_pictures import Addition
    from catseye.datasets.picture_record import RecordedPicture


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[RecordedPicture]:
    """The pictures of a run on ten cats and ten dogs in ``old``, two of each in the test split."""
    monkeypatch.chdir(tmp_path)
    draw_folder(Path("old"), {"cat": 10, "dog": 10})
    write_record(Path("pictures.csv"), dict(catseye.load("old").splits))  # type: ignore[arg-type]
    return read_record(Path("pictures.csv"))


def of(known: list[RecordedPicture], split: str, class_name: str) -> Path:
    return next(one.path for one in known if (one.split, one.class_name) == (split, class_name))


def add(known: list[RecordedPicture], data: str, **options: Any) -> Addition:
    return add_pictures(known, catseye.load(data, **options), home_folder(None))


def classes(found: Addition, split: str) -> dict[str, int]:
    part = found.dataset[split]
    return dict(Counter(part.classes[label] for label in part.labels))


def test_new_pictures_are_trained_on_and_the_test_split_stays(known: list[RecordedPicture]) -> None:
    draw_folder(Path("new"), {"cat": 0, "dog": 0})
    for number in range(5):
        draw(Path("new") / "dog" / f"{number}.png", seed=1000 + number)
    found = add(known, "new")
    assert (found.learned, found.corrected, found.kept_out, found.new_classes) == (5, 0, 0, ())
    assert classes(found, "train") == {"cat": 8, "dog": 13}
    assert set(found.dataset["test"].content()) == {one.digest for one in known if one.split == "test"}
    assert found.dataset.notes == ("5 new pictures from new used.",)


def test_old_and_new_pictures_in_one_folder_give_the_same(known: list[RecordedPicture]) -> None:
    for number in range(5):  # the folder has grown: its own split would be another one now
        draw(Path("old") / "dog" / f"more {number}.png", seed=1000 + number)
    found = add(known, "old")
    assert (found.learned, found.kept_out) == (5, 0)
    assert classes(found, "train") == {"cat": 8, "dog": 13}
    assert set(found.dataset["test"].content()) == {one.digest for one in known if one.split == "test"}


def test_a_copy_of_a_test_picture_is_not_trained_on_and_named(known: list[RecordedPicture]) -> None:
    draw(Path("new") / "cat" / "new.png", seed=1000)
    shutil.copy(of(known, "test", "cat"), Path("new") / "cat" / "copy.png")
    shutil.copy(of(known, "train", "cat"), Path("new") / "cat" / "known.png")
    found = add(known, "new")
    assert (found.learned, found.kept_out) == (1, 1)
    tested = set(found.dataset["test"].content())
    assert not tested & set(found.dataset["train"].content())
    note = "copies of the run's test pictures in new are not used for training: 1 picture, new/cat/copy.png."
    assert note in found.dataset.notes


@pytest.mark.parametrize("split", ["train", "test"])
def test_a_corrected_label_replaces_the_old_one(known: list[RecordedPicture], split: str) -> None:
    Path("new/dog").mkdir(parents=True)
    shutil.copy(of(known, split, "cat"), Path("new") / "dog" / "it is a dog.png")
    found = add(known, "new")
    assert (found.learned, found.corrected) == (0, 1)
    was, now = {"train": (8, 8), "test": (2, 2)}[split]
    assert classes(found, split) == {"cat": was - 1, "dog": now + 1}
    said = "1 known picture relabelled in new; the new label is used: new/dog/it is a dog.png (dog)."
    assert said in found.dataset.notes


def test_a_picture_with_two_labels_in_the_added_data_is_ignored(known: list[RecordedPicture]) -> None:
    for name in ("cat", "dog"):
        draw(Path("new") / name / "x.png", seed=1000)
    draw(Path("new") / "cat" / "y.png", seed=1001)
    draw(Path("new") / "cat" / "y again.png", seed=1001)
    found = add(known, "new")
    assert found.learned == 1
    assert any(note.startswith("new gives more than one label to 1 picture; ignored") for note in found.dataset.notes)


def test_a_fifth_of_a_new_class_is_set_aside(known: list[RecordedPicture]) -> None:
    draw_folder(Path("new"), {"bird": 10})
    found = add(known, "new")
    assert found.new_classes == ("bird",)
    assert (classes(found, "train")["bird"], classes(found, "test")) == (8, {"bird": 2, "cat": 2, "dog": 2})
    assert any("before and after leaves them out" in note for note in found.dataset.notes)


def test_a_test_split_of_the_added_data_is_not_trained_on(known: list[RecordedPicture]) -> None:
    for number in range(6):
        draw(Path("new") / ("test" if number < 2 else "train") / "cat" / f"{number}.png", seed=1000 + number)
        draw(Path("new") / ("test" if number < 2 else "train") / "dog" / f"{number}.png", seed=2000 + number)
    found = add(known, "new")
    assert (found.learned, len(found.dataset["test"])) == (8, 4)
    assert "4 pictures in the test split of new not used for training." in found.dataset.notes


def test_rows_without_a_label_are_skipped_and_counted(known: list[RecordedPicture]) -> None:
    for number in range(4):
        draw(Path("pool") / f"{number}.png", seed=1000 + number)
    Path("pool/to label.csv").write_text("file,label\n0.png,cat\n1.png,\n2.png,dog\n3.png,\n")
    found = add(known, "pool/to label.csv")
    assert (found.learned, found.dataset.left_out) == (2, ())
    assert "2 rows of pool/to label.csv skipped: no label." in found.dataset.notes


def test_nothing_new_is_an_error(known: list[RecordedPicture]) -> None:
    with pytest.raises(
        UsageError, match="old adds nothing that the run could learn from: it already knows all of the 20"
    ):
        add(known, "old")


def test_pictures_in_memory_cannot_be_added(known: list[RecordedPicture]) -> None:
    with pytest.raises(UsageError, match="digits is in memory"):
        add(known, "digits")


def test_missing_pictures_are_named_and_many_are_refused(known: list[RecordedPicture]) -> None:
    draw(Path("new") / "cat" / "new.png", seed=1000)
    gone = of(known, "train", "cat")
    gone.rename("elsewhere.png")
    found = add(known, "new")
    assert classes(found, "train") == {"cat": 8, "dog": 8}
    assert f"1 picture of the run missing or changed: {gone}." in found.dataset.notes
    shutil.move("old", "elsewhere")
    with pytest.raises(
        CatseyeError, match=r"16 of the 16 train pictures of the run are missing or have changed, first old/"
    ):
        add(known, "new")


def test_moved_pictures_are_found_in_the_added_data(known: list[RecordedPicture]) -> None:
    shutil.move("old", "moved")
    draw(Path("moved") / "cat" / "new.png", seed=1000)
    found = add(known, "moved")
    assert (found.learned, len(found.dataset["test"]), found.kept_out) == (1, 4, 0)

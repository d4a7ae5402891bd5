"""A label file and its pictures as a data set: what is used, what is left out, what is said."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.datasets.label_files.label_file import PEEKED_BYTES
from catseye.datasets.label_files.text import read_text
from catseye.errors import CatseyeError, UsageError
from tests.conftest import draw

if TYPE_CHECKING:
    from pathlib import Path

    from catseye.datasets import Dataset


def make(folder: Path, rows: str, pictures: str = "images/1.png images/2.png images/3.png images/4.png") -> Path:
    """Write pictures and a label file in a folder; return the file's path."""
    for seed, name in enumerate(pictures.split()):
        draw(folder / name, seed=seed)
    path = folder / "labels.csv"
    path.write_text(rows)
    return path


def labels(dataset: Dataset) -> dict[str, str]:
    """Return the class of each picture by its name."""
    return {
        part.name(index).rpartition("/")[2]: part.classes[part.labels[index]]
        for part in dataset.splits.values()
        for index in range(len(part))
    }


def test_pictures_are_labelled_by_their_rows(tmp_path: Path) -> None:
    path = make(tmp_path, "file,kind\nimages/1.png,cat\nimages/2.png,dog\nimages/3.png,dog\nimages/4.png,cat\n")
    dataset = catseye.load(path)
    assert labels(dataset) == {"1.png": "cat", "2.png": "dog", "3.png": "dog", "4.png": "cat"}
    assert (dataset.info.label, dataset.info.classes, dataset.info.name) == ("kind", ("cat", "dog"), str(path))
    assert dataset["train"].label == "kind"
    assert not dataset.left_out


def test_ids_without_an_ending_and_whole_numbers_as_classes(tmp_path: Path) -> None:
    rows = "".join(f"{number},{label}\n" for number, label in zip(range(1, 5), (10, 9, 9, 10), strict=True))
    dataset = catseye.load(make(tmp_path, f"id,label\n{rows}"))
    assert dataset.info.classes == ("9", "10")
    assert labels(dataset) == {"1.png": "10", "2.png": "9", "3.png": "9", "4.png": "10"}


def test_splits_are_those_of_the_column(tmp_path: Path) -> None:
    rows = "1.png,cat,Train\n2.png,dog,train\n3.png,dog,VAL\n4.png,cat,test\n"
    dataset = catseye.load(make(tmp_path, f"file,label,split\n{rows}"))
    assert dict(dataset.info.splits) == {"train": 2, "validation": 1, "test": 1}
    assert "validation has no picture of cat." in dataset.notes


def test_what_cannot_be_used_is_left_out_with_its_reason(tmp_path: Path) -> None:
    rows = [
        *("file,label,split", "1.png,cat,train", "2.png,dog,train", "2.png,dog,train", "3.png,cat,train"),
        *("3.png,dog,train", "4.png,dog,train", "4.png,dog,test", "5.png,cat,train", "gone.png,cat,train"),
        *(",cat,train", "6.png,,train", "8.png,cat,extra", "7.png,cat,", "a,b.png,cat,train", "9.png,dog,train"),
    ]
    path = make(tmp_path, "\n".join(rows), "1.png 2.png 3.png 4.png 6.png 7.png 8.png 9.png unnamed.png")
    (tmp_path / "5.png").write_bytes(b"")
    dataset = catseye.load(path)
    assert labels(dataset) == {"1.png": "cat", "2.png": "dog", "9.png": "dog"}
    assert {out.picture.replace(f"{tmp_path}/", ""): out.reason for out in dataset.left_out} == {
        "labels.csv, line 15": "it has 4 values, the first line 3; quote values that contain a delimiter",
        "gone.png": "there is no such file (labels.csv, line 10)",
        "labels.csv, line 11": "it names no picture",
        "8.png": "its split 'extra' is unknown (labels.csv, line 13)",
        "6.png": "it has no label (labels.csv, line 12)",
        "3.png": "it is given different labels: cat (labels.csv, line 5), dog (labels.csv, line 6)",
        "4.png": "it is given different splits: train (labels.csv, line 7), test (labels.csv, line 8)",
        "5.png": "the file is empty",
        "7.png": "it has no split (labels.csv, line 14)",
    }
    assert "labels.csv: 1 row repeated an earlier row; each picture counts once." in dataset.notes
    assert "ignored 1 picture beside labels.csv, in no row of it: unnamed.png" in dataset.notes


def test_a_row_without_a_label_is_counted_where_another_row_has_one(tmp_path: Path) -> None:
    dataset = catseye.load(make(tmp_path, "file,label\n1.png,cat\n1.png,\n2.png,dog\n3.png,dog\n4.png,cat\n"))
    assert labels(dataset)["1.png"] == "cat"
    assert "labels.csv: 1 row without a label or split referred to pictures that another row labels." in dataset.notes


def test_a_file_in_this_folder_names_pictures_as_a_user_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "file,label\n1.png,cat\n2.png,dog\n3.png,dog\n4.png,\n")
    (tmp_path / "images" / "3.png").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    assert {out.picture for out in catseye.load("labels.csv").left_out} == {"images/3.png", "images/4.png"}


def test_copies_of_a_picture_are_that_picture_and_others_of_its_name_are_said(tmp_path: Path) -> None:
    path = make(tmp_path, "file,label\n1.png,cat\n2.png,dog\n3.png,dog\n4.png,cat\n")
    for name in ("1.png", "2.png", "3.png", "4.png"):  # as catseye sort copies them
        copy = tmp_path / "sorted" / "cat" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((tmp_path / "images" / name).read_bytes())
    assert catseye.load(path)["all"].name(0).startswith(str(tmp_path / "images"))
    assert len(catseye.load(path)["all"]) == 4
    for seed, name in enumerate(("1.png", "2.png", "3.png", "4.png")):
        draw(tmp_path / "other" / name, seed=10 + seed)
    with pytest.raises(CatseyeError, match=r"none of its 4 rows can be used, first 1.png: 3 pictures have this name"):
        catseye.load(path)


def test_a_picture_in_two_splits_and_one_in_none_are_left_out(tmp_path: Path) -> None:
    rows = "file,label,split\n1.png,cat,train\n1.png,cat,test\n2.png,dog,train\n3.png,cat,\n4.png,cat,train\n"
    dataset = catseye.load(make(tmp_path, rows))
    assert labels(dataset) == {"2.png": "dog", "4.png": "cat"}
    assert {out.picture.rpartition("/")[2]: out.reason for out in dataset.left_out} == {
        "1.png": "it is given different splits: train (labels.csv, line 2), test (labels.csv, line 3)",
        "3.png": "it has no split (labels.csv, line 5)",
    }


def test_a_path_that_is_there_wins_over_one_that_only_ends_like_it(tmp_path: Path) -> None:
    rows = "file,label\nelsewhere/1.png,cat\nimages/1.png,dog\nimages/2.png,cat\n"
    dataset = catseye.load(make(tmp_path, rows))
    assert labels(dataset) == {"1.png": "dog", "2.png": "cat"}
    assert [out.picture for out in dataset.left_out] == ["elsewhere/1.png"]


@pytest.mark.parametrize("value", ["../secret.png", "/etc/passwd", "../../../../etc/passwd", "{}/../secret.png"])
def test_nothing_outside_the_folder_is_read(tmp_path: Path, value: str) -> None:
    draw(tmp_path / "secret.png")
    path = make(tmp_path / "data", f"file,label\n1.png,cat\n2.png,dog\n{value.format(tmp_path / 'data')},cat\n")
    dataset = catseye.load(path)
    assert len(labels(dataset)) == 2
    (out,) = dataset.left_out
    assert out.reason.startswith("it is outside the folder of the label file")
    path.write_text(f"file,label\n{value},cat\n")
    with pytest.raises(CatseyeError):
        catseye.load(path, file_column="file")


def test_a_folder_of_pictures_beside_the_one_of_the_file_is_looked_into(tmp_path: Path) -> None:
    make(tmp_path, "", "images/1.png images/2.png")
    (tmp_path / "data").mkdir()
    path = tmp_path / "data" / "legend.csv"
    path.write_text("user.id,image,emotion\n3,1.png,happy\n3,../images/2.png,sad\n3,3.png,sad\n")
    dataset = catseye.load(path, file_column="image", label_column="emotion")
    assert labels(dataset) == {"1.png": "happy", "2.png": "sad"}
    assert [out.picture for out in dataset.left_out] == ["3.png"]


@pytest.mark.parametrize(
    ("rows", "options", "error", "says"),
    [
        ("file,label\nx.png,cat\n", {}, UsageError, "names no picture in"),
        (
            "file,label\nx.png,cat\n",
            {"file_column": "file"},
            CatseyeError,
            r"none of its 1 row can be used, first x.png",
        ),
        (
            "file,label\n1.png,cat\nx.png,cat\n",
            {"strict": True},
            CatseyeError,
            r"1 picture cannot be used, first x.png",
        ),
        (
            "file,label\n1.png,c\x07t\n2.png,cat\n",
            {},
            CatseyeError,
            r"the label 'c\\x07t' cannot be used as a class name",
        ),
        (
            f"label,{','.join(map(str, range(784)))}\n" + f"3{',0' * 784}\n" * 500,
            {},
            UsageError,
            "it seems to hold pixels",
        ),
        ("file,label\n1.png,cat\n", {"label_from": "{label}"}, UsageError, "from the file names in a folder"),
    ],
)
def test_errors_say_what_to_do(
    tmp_path: Path, rows: str, options: dict[str, object], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says) as caught:
        catseye.load(make(tmp_path, rows), **options)  # type: ignore[call-overload]
    assert len(str(caught.value).splitlines()) <= 2


def test_options_are_kept_as_a_command_takes_them(tmp_path: Path) -> None:
    path = make(tmp_path, "file,label,other\n1.png,cat,x\n2.png,dog,y\n")
    assert catseye.load(path).info.options == ()
    assert catseye.load(path, label="other").info.options == ("--label-column", "other")
    assert catseye.load(path, label="other").info.label == "other"
    with pytest.raises(UsageError, match=r"unknown column of labels\.csv 'othre'; did you mean other"):
        catseye.load(path, label="othre")
    with pytest.raises(UsageError, match="there is no label file nothing"):
        catseye.load("nothing.csv")
    with pytest.raises(UsageError, match="digits has its own labels"):
        catseye.load("digits", label_column="label")


def test_a_table_of_pixels_is_refused_by_its_first_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(tmp_path, f"label,{','.join(map(str, range(784)))}\n" + f"3{',0' * 784}\n" * 5000)
    assert path.stat().st_size > 20 * PEEKED_BYTES
    read: list[int | None] = []

    def count(*given: object, most_bytes: int | None = None) -> tuple[str, str]:
        read.append(most_bytes)
        return read_text(*given, most_bytes=most_bytes)  # type: ignore[arg-type]

    monkeypatch.setattr("catseye.datasets.label_files.table.read_text", count)
    with pytest.raises(UsageError, match="it seems to hold pixels"):
        catseye.load(path)
    assert set(read) == {PEEKED_BYTES}


def test_addresses_are_matched_by_their_names_and_never_downloaded(tmp_path: Path) -> None:
    rows = "https://x.org/a/1.png?raw=1,cat\nhttp://x.org/b%20c/2.png#top,dog\nhttps://x.org/9.png,cat\n"
    dataset = catseye.load(make(tmp_path, f"url,label\n{rows}"))
    assert labels(dataset) == {"1.png": "cat", "2.png": "dog"}
    assert [(out.picture, out.reason) for out in dataset.left_out] == [
        (
            "https://x.org/9.png",
            "it is an address, and no picture of its name is here; nothing is downloaded (labels.csv, line 4)",
        )
    ]
    path = make(tmp_path / "none", "url,label\nhttps://x.org/7.jpg,cat\nhttps://x.org/8.jpg,dog\n", "images/1.png")
    with pytest.raises(
        UsageError, match=r"by their addresses \(https://x.org/7.jpg…\), which Catseye does not download"
    ):
        catseye.load(path)
    with pytest.raises(UsageError, match=r"https://x\.org/a\.zip is an address; download it first"):
        catseye.load("https://x.org/a.zip")


@pytest.mark.parametrize("name", ["train.txt", "list.lst", "labels/train.json"])
def test_a_list_beside_images_is_read_when_named_and_offered_else(name: str, tmp_path: Path) -> None:
    make(tmp_path, "")
    (tmp_path / "labels.csv").unlink()
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    rows = [(f"images/{n}.png", str(n % 2)) for n in range(1, 5)]
    text = json.dumps(dict(rows)) if name.endswith(".json") else "".join(f"{a} {b}\n" for a, b in rows)
    path.write_text(text)
    (tmp_path / "readme.txt").write_text("images/ holds pictures\n1.png is a\n")
    if path.parent == tmp_path:
        assert labels(catseye.load(path)) == {"1.png": "1", "2.png": "0", "3.png": "1", "4.png": "0"}
    with pytest.raises(UsageError, match=f"not a class.*Or give {tmp_path / name}, which labels pictures of this"):
        catseye.train(tmp_path)

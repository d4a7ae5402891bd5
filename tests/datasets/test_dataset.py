"""A data set as an answer: in a line, as JSON, in a notebook, as a figure."""

from __future__ import annotations

import copy
import json
import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import catseye
from catseye.errors import UsageError
from tests.conftest import draw, draw_folder

SCRIPTS = ("বেঙ্গল টাইগার", "中文名字的猫咪", "قط", "кошка", "<b>bold")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Classes in many scripts, small pictures, and one that is broken."""
    monkeypatch.chdir(tmp_path)
    draw_folder(Path("photos"), dict.fromkeys((f"train/{name}" for name in SCRIPTS), 2) | {"test/кошка": 1})
    Path("photos/train/кошка/broken.png").write_bytes(b"")
    return "photos"


def test_it_says_in_a_line_what_it_is_and_names_its_splits(folder: str) -> None:
    dataset = catseye.load(folder)
    assert repr(dataset) == str(dataset) == "Dataset(photos: 10 train + 1 test, 5 classes, 20×20×3)"
    assert list(dataset) == list(dataset.keys()) == ["train", "test"]
    assert len(dataset) == 2
    assert [(split, len(pictures)) for split, pictures in dataset.items()] == [("train", 10), ("test", 1)]
    assert dataset.get("validation") is None
    assert "test" in dataset
    assert dataset.to_json() == catseye.info(folder).to_json()
    assert dataset.to_json()["left_out"] == [
        {"picture": "photos/train/кошка/broken.png", "reason": "the file is empty"}
    ]


def test_a_number_is_no_split() -> None:
    number: Any = 0
    with pytest.raises(
        UsageError, match=r"indexed by the name of a split, e.g. 'train', and the split by numbers; got 0\."
    ):
        catseye.load("digits")[number]


@pytest.mark.parametrize(
    ("look_up", "says"),
    [
        (lambda ds: ds["tets"], "unknown split 'tets'; did you mean test?"),
        (lambda ds: ds.splits["tets"], "unknown split 'tets'; did you mean test?"),
        (lambda ds: ds.info.splits["tarin"], "unknown split 'tarin'; did you mean train?"),
        (lambda ds: ds.info.features["lable"], "unknown feature 'lable'; did you mean label?"),
    ],
)
def test_a_mistyped_name_comes_with_the_right_one(look_up: Any, says: str) -> None:
    with pytest.raises(UsageError, match=f"^{re.escape(says)}$"):
        look_up(catseye.load("digits"))


def test_names_can_be_copied_and_kept() -> None:
    features = pickle.loads(pickle.dumps(catseye.info("digits").features))
    assert features == copy.copy(features) == catseye.info("digits").features
    with pytest.raises(UsageError, match="unknown feature"):
        features["x"]
    assert json.loads(json.dumps(catseye.info("digits").splits)) == {"train": 1438, "test": 359}


def test_a_feature_says_in_a_line_what_it_is() -> None:
    features = catseye.info("oxford_iiit_pet").features
    assert [repr(features[name]) for name in ("image", "label", "species")] == [
        "Feature(any×any×3 uint8)",
        "Feature(37 classes: Abyssinian, american bulldog, american pit…ull terrier, …)",
        "Feature(2 classes: cat, dog)",
    ]


def test_in_a_notebook_small_pictures_stand_over_names_that_the_browser_draws(folder: str) -> None:
    dataset = catseye.load(folder)
    html = dataset._repr_html_()
    for name in SCRIPTS[:-1]:
        assert html.count(f">{name}</figcaption>") == 2
    assert html.count(">&lt;b&gt;bold</figcaption>") == 2
    assert "<b>bold" not in html
    assert html.count('src="data:image/png;base64,') == html.count("image-rendering: pixelated") == 10
    for words in (
        "photos: 10 train + 1 test, 5 classes, 20×20×3",
        "1 picture left out",
        "broken.png: the file",
    ):
        assert words in html
    assert "test has no picture of" in html  # a note
    assert "<script" not in html
    assert not re.search(r"(src|href)=[\"'](?!data:)", html)


def test_a_split_shows_itself_and_a_picture_that_has_gone_is_left_out(folder: str) -> None:
    pictures = catseye.load(folder, split="train")
    Path(pictures.name(0)).unlink()
    html = pictures._repr_html_()
    assert "10 pictures, 5 classes, 20×20×3" in html
    assert html.count("<figure") == 9
    assert pictures.take(0)._repr_html_().count("<figure") == 0


def test_large_pictures_are_made_small_for_the_page(tmp_path: Path) -> None:
    for name in "ab":
        draw(tmp_path / name / "1.png", side=900)
    html = catseye.load(tmp_path)._repr_html_()
    assert html.count('src="data:image/jpeg;base64,') == html.count("image-rendering: auto") == 2
    assert len(html) < 40_000


def test_it_is_drawn_as_a_labelled_grid(tmp_path: Path) -> None:
    digits = catseye.load("digits")
    assert digits.save(tmp_path / "digits.png") == tmp_path / "digits.png"
    with Image.open(tmp_path / "digits.png") as image:
        assert np.asarray(image.convert("L")).std() > 20
    digits["test"].save(tmp_path / "test.svg")
    text = (tmp_path / "test.svg").read_text()
    assert text.count("<image") == 30
    assert ">359 pictures, 10 classes, 8×8×1<" in text
    assert digits["test"].take(0).figure()


def test_pictures_of_several_sizes_are_said_to_be(tmp_path: Path) -> None:
    for name, side in (("a", 30), ("b", 40)):
        draw(tmp_path / name / "1.png", side=side)
    assert repr(catseye.load(tmp_path)).endswith(": 2 train, 2 classes, various sizes)")


def test_features_have_the_names_that_the_field_uses() -> None:
    features = catseye.info("oxford_iiit_pet").features
    assert (features["label"].num_classes, features["species"].num_classes) == (37, 2)
    assert features["species"].names == features["species"].classes == ("cat", "dog")
    assert (features["image"].num_classes, features["image"].names) == (0, ())


def test_a_description_is_a_table_with_its_notes(folder: str) -> None:
    info = catseye.info(folder)
    assert repr(info) == "Info(photos: 10 train + 1 test, 5 classes, 20×20×3)"
    html = info._repr_html_()
    assert "<td" in html
    assert all(name in html for name in SCRIPTS[:-1])
    assert "the file is empty" in html
    assert "image: uint8 20×20×3; label: int64 number, 5 classes" in html
    assert catseye.info("digits").notes == catseye.load("digits").notes

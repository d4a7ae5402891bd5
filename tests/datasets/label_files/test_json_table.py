"""JSON label files as people have them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

import catseye
from catseye.errors import CatseyeError
from tests.conftest import draw
from tests.datasets.label_files.test_label_file import labels

if TYPE_CHECKING:
    from pathlib import Path

_WANTED = {"1.png": "cat", "2.png": "dog", "3.png": "dog", "4.png": "cat"}


def _write(folder: Path, content: Any, name: str = "labels.json") -> Path:
    for seed, number in enumerate("1234"):
        draw(folder / "images" / f"{number}.png", seed=seed)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    return path


@pytest.mark.parametrize(
    "content",
    [
        _WANTED,
        {f"images/{name}": label for name, label in _WANTED.items()},
        {name[0]: label for name, label in _WANTED.items()},
        {name: [label] for name, label in _WANTED.items()},
        {name: {"label": label, "width": 8} for name, label in _WANTED.items()},
        [{"image": name, "label": label} for name, label in _WANTED.items()],
        {"data": [{"image": name, "label": label} for name, label in _WANTED.items()]},
        {"cat": ["1.png", "4.png"], "dog": ["images/2.png", "3.png"]},
        {"image": list(_WANTED), "label": list(_WANTED.values())},
        {"image": dict(enumerate(_WANTED)), "label": dict(enumerate(_WANTED.values()))},  # as pandas writes it
        {str(n): {"image": name, "label": label} for n, (name, label) in enumerate(_WANTED.items())},
        "\n".join(json.dumps({"image": name, "label": label}) for name, label in _WANTED.items()),
    ],
)
def test_labels_are_read_from_mappings_lists_and_lines(content: Any, tmp_path: Path) -> None:
    dataset = catseye.load(_write(tmp_path, content))
    assert labels(dataset) == _WANTED
    assert not dataset.left_out


def test_lists_by_split_are_splits(tmp_path: Path) -> None:
    rows = [{"image": name, "label": label} for name, label in _WANTED.items()]
    assert dict(catseye.load(_write(tmp_path, {"train": rows[:2], "test": rows[2:]})).info.splits) == {
        "train": 2,
        "test": 2,
    }


def test_a_key_that_is_given_twice_is_a_contradiction_not_a_loss(tmp_path: Path) -> None:
    path = _write(tmp_path, '{"1.png": "cat", "2.png": "dog", "3.png": "cat", "1.png": "dog"}')
    dataset = catseye.load(path)
    assert labels(dataset) == {"2.png": "dog", "3.png": "cat"}
    assert "it is given different labels: cat (labels.json, line 1), dog (labels.json, line 4)" in str(dataset.left_out)


def _coco(boxes: dict[int, list[int]]) -> dict[str, Any]:
    return {
        "info": {},
        "images": [{"id": n, "file_name": f"{n}.png", "width": 8, "height": 8} for n in (1, 2, 3, 4)],
        "annotations": [
            {"id": 9, "image_id": n, "category_id": kind, "bbox": [0, 0, 4, 4]} for n, k in boxes.items() for kind in k
        ],
        "categories": [{"id": 7, "name": "cat"}, {"id": 8, "name": "dog"}],
    }


def test_coco_pictures_of_one_category_are_read_and_the_rest_is_counted(tmp_path: Path) -> None:
    dataset = catseye.load(_write(tmp_path, _coco({1: [7, 7], 2: [8], 3: [7, 8]}), "annotations/instances.json"))
    assert labels(dataset) == {"1.png": "cat", "2.png": "dog"}
    assert [out.reason for out in dataset.left_out] == [
        "it has annotations of several categories: cat, dog (instances.json, line 3)",
        "it has no annotation of a category (instances.json, line 4)",
    ]
    assert (
        "instances.json: the classes are the categories of COCO annotations; where they are in the picture is not "
        "used. Left out: 1 picture with several categories, 1 without any." in dataset.notes
    )


def test_coco_beside_folders_of_splits(tmp_path: Path) -> None:
    path = _write(tmp_path, _coco({1: [7], 2: [8], 3: [8], 4: [7]}), "annotations/instances_train2017.json")
    (tmp_path / "images").rename(tmp_path / "train2017")
    assert labels(catseye.load(path)) == _WANTED


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (_coco({1: [7, 8]}), "has annotations of exactly one category \\(1 with several\\)"),
        ({"images": [1], "annotations": []}, "image 1: expected an object"),
        (
            {"version": 1, "shapes": [{"label": "cat"}], "path": "1.x"},
            "is one JSON object with the keys 'version', 'shapes'",
        ),
        ('{"1.png": "cat",\n "2.png": }', "line 1 is not JSON"),
        ({"1.png": ["cat", "dog"], "2.png": ["dog"]}, "holds lists .*; a picture has one class"),
    ],
)
def test_what_cannot_be_read_says_what_is_expected(content: Any, says: str, tmp_path: Path) -> None:
    with pytest.raises(CatseyeError, match=says):
        catseye.load(_write(tmp_path, content))

"""Columns found by what they hold, or named; where several would do, the error names them."""

from __future__ import annotations

from typing import Any

import pytest

from catseye.datasets.label_files.columns import Columns, find_columns, read_labels
from catseye.datasets.label_files.options import LabelOptions
from catseye.datasets.label_files.table import LabelTable
from catseye.errors import UsageError

FILES = [f"{number}.jpg" for number in range(8)]
HALVES = ["cat", "dog"] * 4


def table(**columns: Any) -> LabelTable:
    """Return a table of eight rows."""
    return LabelTable("labels.csv", {name: list(map(str, values)) for name, values in columns.items()}, list(range(8)))


def find(given: LabelTable, **options: str) -> Columns:
    """Find columns where every value with an ending is a picture that is there."""
    return find_columns(given, LabelOptions(**options), lambda value: value.endswith(".jpg"), "photos/")


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"image": FILES, "what": HALVES}, ("image", "what", None)),
        ({"what": HALVES, "image": FILES}, ("image", "what", None)),
        ({"user.id": [1, 1, 2, 2, 3, 3, 3, 3], "image": FILES, "emotion": HALVES}, ("image", "emotion", None)),
        ({"image": FILES, "label": range(8), "species": HALVES}, ("image", "label", None)),
        ({"image": FILES, "Class Name": HALVES, "photographer": HALVES[::-1]}, ("image", "Class Name", None)),
        ({"file": FILES, "className": HALVES, "width": [1.5] * 8}, ("file", "className", None)),
        ({"path": [f"a/{name}" for name in FILES], "file": FILES, "label": HALVES}, ("path", "label", None)),
        ({"x": FILES, "y": HALVES, "z": ["train"] * 6 + ["test"] * 2}, ("x", "y", "z")),
        ({"x": FILES, "y": HALVES, "Usage": ["Training"] * 6 + ["PublicTest", "PrivateTest"]}, ("x", "y", "Usage")),
        ({"x": FILES, "label": HALVES, "split": ["train"] * 8}, ("x", "label", "split")),
        ({"x": FILES, "label": ["train", "bus"] * 4}, ("x", "label", None)),
        ({"x": FILES, "class_id": [0, 1] * 4, "class_name": HALVES}, ("x", "class_name", None)),
        ({"x": FILES, "category": [0, 1] * 4, "label": HALVES}, ("x", "label", None)),
        ({"x": FILES, "weight": [0.5, 1.5] * 4, "kind": HALVES}, ("x", "kind", None)),
        ({"x": FILES, "label": ["cat"] * 8}, ("x", "label", None)),
        ({"x": FILES, "label": HALVES, "split": ["train", "extra"] * 4}, ("x", "label", "split")),
        ({"x": FILES, "label": HALVES, "partition": [0, 1] * 4}, ("x", "label", None)),
    ],
)
def test_columns_are_found_by_their_content(columns: dict[str, Any], expected: tuple[str, str, str | None]) -> None:
    found = find(table(**columns))
    assert (found.file, found.label, found.split) == expected


def test_columns_are_named_in_any_case() -> None:
    given = table(Image=FILES, Emotion=HALVES, part=["train", "val"] * 4)
    found = find(given, file_column="image", label_column="EMOTION", split_column="part")
    assert found == Columns("Image", "Emotion", "part")


@pytest.mark.parametrize(
    ("columns", "options", "says"),
    [
        (
            {"a": FILES, "product": HALVES, "variety": [*HALVES[1:], "pig"]},
            {},
            "product (2 different values), variety (3",
        ),
        ({"a": FILES, "product": HALVES, "variety": [*HALVES[1:], "pig"]}, {}, "choose one with --label-column"),
        ({"left": FILES, "right": FILES[::-1], "label": HALVES}, {}, "'left' and 'right' all name pictures"),
        (
            {"a": ["x"] * 8, "label": HALVES},
            {},
            "names no picture in photos/; its columns: a ('x', …), label ('cat', …)",
        ),
        ({"pixels": ["0 1 2"] * 8, "emotion": range(8)}, {}, "arrays in Python"),
        ({"a": FILES, "age": [0.5 * n for n in range(8)]}, {}, "no column looks like labels"),
        ({"id": range(1, 9), "a": FILES}, {}, "no column looks like labels"),  # as in CUB-200's images.txt
        ({"a": FILES}, {}, "no column looks like labels"),
        ({"a": FILES, "label": [""] * 8}, {}, "the column label is empty in every row; write classes into it"),
        ({"a": FILES, "label": HALVES}, {"label_column": "lable"}, "did you mean label?"),
        ({"a": FILES, "label": HALVES}, {"label_column": "a"}, "cannot be their labels"),
        ({"a": FILES, "label": HALVES}, {"split_column": "label"}, "'cat', 'dog', but no split name"),
        ({"a": FILES, "red": [1, 0] * 4, "round": [1, 1, 0, 0] * 2}, {}, "a picture has one class"),
    ],
)
def test_what_is_not_clear_is_asked(columns: dict[str, Any], options: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(table(**columns), **options)
    assert says in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 2


def test_one_hot_columns_are_classes() -> None:
    given = table(image_id=FILES, healthy=[1, 0] * 4, rust=[0, 1, 0, 0] * 2, scab=[0, 0, 0, 1] * 2)
    found = find(given)
    assert found.one_hot == ("healthy", "rust", "scab")
    assert read_labels(given, found) == ["healthy", "rust", "healthy", "scab"] * 2


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        (["0", "1", "10", "9"], ["0", "1", "10", "9"]),
        (["0.0", "1.0", "", "9.0"], ["0", "1", "", "9"]),
        (["cat", "nan", "NaN", "None"], ["cat", "", "", "None"]),
        (["001", "02"], ["001", "02"]),
    ],
)
def test_labels_are_what_the_column_says(values: list[str], labels: list[str]) -> None:
    given = LabelTable("labels.csv", {"label": values}, [1] * len(values))
    assert read_labels(given, Columns("file", "label", None)) == labels


@pytest.mark.parametrize(
    ("values", "says"), [(["0.5", "1"], "holds measurements (0.5, 1, …)"), (['["cat", "dog"]'], "holds lists")]
)
def test_what_is_no_class_is_refused(values: list[str], says: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_labels(LabelTable("labels.csv", {"label": values}, [1] * len(values)), Columns("file", "label", None))
    assert says in str(caught.value)

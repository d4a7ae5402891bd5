"""Several labels in one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.datasets.joined_labels import find_joined
from tests.datasets.label_files.test_label_file import make

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("names", "joined"),
    [
        (["A", "B", "A|B", "A;B", "A, B", "A B", "A,B"], ["A|B", "A;B", "A, B", "A B", "A,B"]),
        (["A", "A|C"], ["A|C"]),  # what stands beside a class is one, too
        (["A", "A, C", "A C"], []),
        (["New", "York Town", "New York"], []),
        (["red|green", "blue"], []),
        (["A", "|", "A|", ";A"], []),
        (["ice cream", "ice", "cream cake"], []),
    ],
)
def test_labels_are_joined_if_their_parts_are_labels_too(names: list[str], joined: list[str]) -> None:
    assert find_joined(names) == joined


def test_loading_and_check_tell_how_many(tmp_path: Path) -> None:
    path = make(tmp_path, 'file,label\n1.png,cat\n2.png,dog\n3.png,cat|dog\n4.png,"dog, cat"\n')
    dataset = catseye.load(path)
    assert (
        "2 pictures with several labels at once ('cat|dog', 'dog, cat'); each such combination is a class of its "
        "own. Give these pictures one label, or leave them out." in dataset.notes
    )
    found = [finding for finding in catseye.check(dataset).findings if finding.kind == "several_labels"]
    assert [(finding.classes, finding.reason) for finding in found] == [
        (("cat|dog",), "'cat|dog', 1 picture, is made of other classes"),
        (("dog, cat",), "'dog, cat', 1 picture, is made of other classes"),
    ]

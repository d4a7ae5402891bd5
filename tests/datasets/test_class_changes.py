"""Classes joined, renamed and left out: all at once, and checked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import catseye
from catseye.datasets import from_arrays
from catseye.datasets.class_changes import ClassChanges, change_classes
from catseye.errors import UsageError
from tests.conftest import draw_folder

LABELS = ["bird", "cat", "dog", "kitten", "x, y=z"]


def changed(merge: Any = None, rename: Any = None, drop: Any = None) -> Any:
    images = np.arange(5, dtype=np.uint8)[:, None, None] * np.ones((8, 8), np.uint8)
    return change_classes(from_arrays(images, LABELS, images, LABELS), ClassChanges.read(merge, rename, drop))


def named(dataset: Any) -> dict[str, str]:
    """Return the class that each picture of the test split has now, by the one it had."""
    test = dataset["test"]
    return {LABELS[int(test.batch([i]).max())]: test.classes[label] for i, label in enumerate(test.labels)}


def test_classes_are_merged_renamed_and_dropped_at_once() -> None:
    found = changed("kitten,cat=cat", "dog=bird", "bird")
    assert found.info.classes == ("cat", "bird", "x, y=z")
    assert named(found) == {"cat": "cat", "dog": "bird", "kitten": "cat", "x, y=z": "x, y=z"}
    assert dict(found.info.splits) == {"train": 4, "test": 4}
    assert found.notes[-3:] == (
        "the classes cat, kitten are merged into cat.",
        "the class dog is called bird.",
        "2 pictures of bird left out, as asked.",
    )


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"merge": {"pet": ["cat", "dog"]}}, {"cat": "pet", "dog": "pet"}),
        ({"merge": ["kitten=cat"]}, {"kitten": "cat", "cat": "cat"}),  # joined to a class that is there
        ({"rename": {"cat": "dog", "dog": "cat"}}, {"cat": "dog", "dog": "cat"}),
        ({"rename": "x, y=z=w"}, {"x, y=z": "w"}),  # the name holds a comma and an equals sign
        ({"merge": ["x, y=z=w", "cat=w"]}, {"x, y=z": "w", "cat": "w"}),
        ({"drop": ["cat", "x, y=z"]}, {"cat": None, "x, y=z": None}),
        ({"drop": "cat, dog"}, {"cat": None, "dog": None}),
    ],
)
def test_names_are_given_as_text_or_mappings_and_the_options_repeat_them(
    asked: dict[str, Any], names: dict[str, str | None]
) -> None:
    wanted = {old: names.get(old, old) for old in LABELS}
    wanted = {old: new for old, new in wanted.items() if new is not None}
    found = changed(**asked)
    assert named(found) == wanted
    words = list(found.info.options)
    again: dict[str, list[str]] = {}
    for flag, value in zip(words[::2], words[1::2], strict=True):
        again.setdefault(flag.removeprefix("--"), []).append(value)
    assert named(changed(**again)) == wanted


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"drop": "catt"}, "unknown class 'catt'; did you mean cat"),
        ({"merge": "cat,dgo=pet"}, "unknown class 'dgo'; did you mean dog?"),
        ({"rename": "cat=dog"}, "cat and dog would both be called dog; to merge them: --merge 'cat,dog=dog'."),
        ({"rename": ["cat=a", "dog=a"]}, "cat and dog would both be called a; to merge them: --merge 'cat,dog=a'."),
        ({"rename": ["cat=a", "cat=b"]}, "the class cat cannot become a and become b; choose one."),
        ({"merge": "cat,dog=pet", "drop": "cat"}, "the class cat cannot become pet and be dropped; choose one."),
        ({"drop": ["bird,cat,dog", "kitten"]}, "leave only x, y=z; a classifier needs at least two classes."),
        ({"merge": {"one": LABELS}}, "leave only one; a classifier needs at least two classes."),
        ({"merge": "cat"}, "merge takes OLD=NEW, e.g. cat,kitten=cat; got 'cat'."),
        ({"rename": "cat="}, "rename takes OLD=NEW, e.g. cats=cat; got 'cat='."),
        ({"rename": {"cat": "a\nb"}}, "cannot be a class name"),
        ({"rename": {"cat": 3}}, "rename takes names of classes; got 3."),
        ({"drop": 3}, "drop takes names of classes; got 3."),
        ({"drop": ""}, "drop takes names of classes; got ''."),
    ],
)
def test_what_does_not_fit_is_refused(asked: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        changed(**asked)


def test_the_test_pictures_are_the_same_with_and_without(tmp_path: Path) -> None:
    draw_folder(tmp_path / "data", {"cat": 10, "Cat": 10, "dog": 10})
    plain, joined = catseye.load(tmp_path / "data"), catseye.load(tmp_path / "data", merge="Cat,cat=cat")
    assert set(joined["test"].content()) == set(plain["test"].content())
    assert any("look alike" in note or "differ only" in note for note in plain.notes)
    assert not any("look alike" in note or "differ only" in note for note in joined.notes)  # it is settled


def test_a_data_set_of_the_catalogue_and_a_single_split() -> None:
    assert catseye.load("digits", drop=["3"]).info.classes == tuple("012456789")
    assert catseye.load("digits", "test", merge={"odd": list("13579")}).classes == ("0", "odd", *"2468")

"""Which pictures are measured, and what is said of that."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import catseye
from catseye.datasets.set_aside import NOTE
from tests.conftest import draw_folder

if TYPE_CHECKING:
    from catseye.evaluation.metrics import Evaluation
    from catseye.runs.run import Run

LEAK = "the classifier was trained on some of these pictures; on new ones its accuracy may be lower."


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 20 pictures."""
    return draw_folder(tmp_path_factory.mktemp("data") / "trained", {"a": 10, "b": 10})


@pytest.fixture(scope="module")
def run(trained: Path) -> Run:
    """A run on the folder ``trained``, 16 for training and 4 for testing."""
    return catseye.train(trained, network="dense", epochs=1, validation=0.0)


def said(evaluation: Evaluation) -> tuple[str, int, bool]:
    """Return what was measured, how many pictures, and whether some were trained on."""
    return evaluation.data.rpartition("/")[2], evaluation.examples, LEAK in evaluation.notes


def test_a_folder_that_was_not_trained_on_is_measured_whole(run: Run, tmp_path: Path) -> None:
    other = draw_folder(tmp_path / "other", {"x/a": 7, "x/b": 6})
    found = catseye.evaluate(run, other)
    assert said(found) == ("other (all)", 13, False)
    assert f"the classifier was not trained on {other}: all 13 pictures are measured." in found.notes
    assert NOTE not in found.notes
    assert catseye.evaluate(run, other, split="test").examples == 2  # a fifth of each class
    assert catseye.evaluate(run, other, split="all[:50%]").examples == 6


def test_of_the_folder_trained_on_the_test_split_is_measured(run: Run, trained: Path) -> None:
    found = catseye.evaluate(run, trained)
    assert said(found) == ("trained (test)", 4, False)
    assert NOTE in found.notes
    assert said(catseye.evaluate(run, trained, split="all")) == ("trained (all)", 20, True)


def test_it_is_known_again_in_another_place_and_with_more_pictures(run: Run, trained: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    for picture in trained.rglob("*.png"):
        copy = moved / picture.relative_to(trained)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(picture.read_bytes())
    assert said(catseye.evaluate(run, moved)) == ("moved (test)", 4, False)
    (moved / "a" / "0.png").unlink()
    assert catseye.evaluate(run, moved).data.endswith("(test)")


def test_a_few_pictures_that_were_trained_on_are_said(run: Run, trained: Path, tmp_path: Path) -> None:
    seen = {catseye.load(trained, split="train").name(index) for index in range(3)}
    other = draw_folder(tmp_path / "other", {"x/a": 7, "x/b": 6})
    for number, path in enumerate(seen):
        (other / "x" / "a" / f"seen{number}.png").write_bytes(Path(path).read_bytes())
    found = catseye.evaluate(run, other)
    assert said(found) == ("other (all)", 16, True)
    assert f"{other} holds fewer than half of the training pictures: all 16 pictures are measured." in found.notes


def test_a_test_split_that_came_with_the_pictures_is_measured(run: Run, tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "f", {"Training/a": 5, "Training/b": 5, "Testing/a": 2, "Testing/b": 3})
    assert said(catseye.evaluate(run, folder)) == ("f (test)", 5, False)
    assert said(catseye.evaluate(run, folder / "Testing")) == ("Testing (all)", 5, False)


def test_a_folder_of_validation_pictures_alone_is_measured(run: Run, tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "f", {"val/a": 2, "val/b": 3})
    assert said(catseye.evaluate(run, folder)) == ("f (all)", 5, False)


def test_arrays_are_measured_whole_too(run: Run) -> None:
    images = np.random.default_rng(0).random((9, 20, 20, 3))
    found = catseye.evaluate(run, (images, ["a", "b", "a"] * 3))
    assert said(found) == ("arrays (all)", 9, False)
    assert found.notes == ("the classifier was not trained on these pictures: all 9 pictures are measured.",)


def test_a_classifier_from_before_knows_its_data_by_name(run: Run, trained: Path, tmp_path: Path) -> None:
    data = {key: value for key, value in run.classifier.provenance["data"].items() if key != "sketch"}
    old = replace(run.classifier, provenance={"data": data})
    assert said(catseye.evaluate(old, trained)) == ("trained (test)", 4, False)
    other = draw_folder(tmp_path / "other", {"x/a": 7, "x/b": 6})
    assert said(catseye.evaluate(old, other)) == ("other (all)", 13, False)
    odd = replace(run.classifier, provenance={"data": ["?"]})
    assert catseye.evaluate(odd, trained).examples == 20


def test_a_classifier_of_a_part_knows_its_data_set_and_its_own_pictures() -> None:
    """A data set whose test split we made; the classifier has seen most of the first 75 pictures of train."""
    whole = catseye.load("digits")
    info = replace(whole.info, set_aside=True)
    digits = catseye.datasets.Dataset(info, {"train": whole["train[:120]"], "test": whole["train[120:150]"]})
    run = catseye.train(digits["train[:75]"], epochs=1)
    assert said(catseye.evaluate(run, digits)) == ("digits (test)", 30, False)
    assert said(catseye.evaluate(run, digits, split="all")) == ("digits (all)", 150, True)
    assert said(catseye.evaluate(run, digits, split="train[:75]")) == ("digits (train[:75])", 75, True)
    assert said(catseye.evaluate(run, digits, split="train[75:]")) == ("digits (train[75:])", 45, False)


def test_of_a_data_set_of_the_catalogue_the_test_split_is_measured(digits_run: Run) -> None:
    assert said(catseye.evaluate(digits_run, "digits")) == ("digits (test)", 359, False)
    assert said(catseye.evaluate(digits_run, "digits", split="all"))[1] == 1797
    assert len(catseye.load("digits")["all"]) == 1797

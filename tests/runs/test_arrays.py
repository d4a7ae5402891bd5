"""Arrays through training and transfer: measured, resumed only with the same arrays, and told apart in the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import catseye
from catseye.errors import UsageError
from tests.conftest import score

if TYPE_CHECKING:
    from pathlib import Path

Arrays = tuple[Any, ...]


@pytest.fixture(scope="module")
def arrays() -> Arrays:
    """The digits as (images, labels, test_images, test_labels), the images as floats from 0 to 1."""
    splits = catseye.load("digits").splits.values()
    return tuple(
        array for part in splits for array in (part.batch(range(len(part))).transpose(0, 2, 3, 1) / 255, part.labels)
    )


@pytest.mark.slow
def test_arrays_are_learned_like_the_data_set_that_they_are_from(arrays: Arrays) -> None:
    run = catseye.train(arrays, epochs=2)
    by_name = catseye.train("digits", epochs=2)
    assert run.result.data.fingerprint == by_name.result.data.fingerprint
    assert score(run).accuracy == score(by_name).accuracy
    assert run.classifier.classes == by_name.classifier.classes
    assert run.result.notes == ()


def test_strings_are_the_names_of_the_classes(arrays: Arrays) -> None:
    images, labels, *_ = arrays
    names = np.where(labels % 2, "odd", "even")
    run = catseye.train((images, names), epochs=2)
    assert run.classifier.classes == ("even", "odd")
    assert run.classifier.predict(images[0])[0].class_name in ("even", "odd")
    assert "20 % of each class was set aside" in run.result.notes[0]


def test_a_run_on_arrays_is_resumed_with_the_same_and_no_others(arrays: Arrays, tmp_path: Path) -> None:
    images, labels, *_ = arrays
    run = catseye.train((images, labels), out=tmp_path / "run", epochs=1)
    again = catseye.train((images.copy(), labels.tolist()), out=tmp_path / "run", resume=True)
    assert again.result.data == run.result.data
    other = images.copy()
    other[0, 0, 0] = 1 - other[0, 0, 0]
    with pytest.raises(UsageError, match=r"was started with data arrays [0-9a-f]{8}, not arrays [0-9a-f]{8}"):
        catseye.train((other, labels), out=tmp_path / "run", resume=True)
    with pytest.raises(UsageError, match="was started with data arrays"):
        catseye.train("digits", out=tmp_path / "run", resume=True)


def test_the_report_names_no_command_that_would_not_work(arrays: Arrays, tmp_path: Path) -> None:
    run = catseye.train(arrays, out=tmp_path / "run", epochs=1)
    assert run.folder
    page = (run.folder / "report.html").read_text()
    assert "catseye train" not in page
    assert "The data were arrays in memory, which no command can load." in page


@pytest.mark.slow
def test_arrays_are_transferred(arrays: Arrays, tmp_path: Path) -> None:
    images, labels, test_images, test_labels = arrays
    few = (images[:100], labels[:100], test_images[:50], test_labels[:50])
    run = catseye.transfer(few, data_dir=tmp_path, out=tmp_path / "run")
    assert score(run).accuracy > 0.6
    assert catseye.transfer(few, data_dir=tmp_path, out=tmp_path / "run", resume=True).result.data == run.result.data
    with pytest.raises(UsageError, match="was started with data arrays"):
        catseye.transfer((images[:90], labels[:90]), data_dir=tmp_path, out=tmp_path / "run", resume=True)

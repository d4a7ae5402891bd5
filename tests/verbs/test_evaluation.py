"""Evaluating a classifier, in Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import catseye
from catseye.errors import UsageError
from tests.conftest import score

if TYPE_CHECKING:
    from catseye.runs.run import Run


def test_data_are_a_name_a_data_set_or_a_split(digits_run: Run) -> None:
    digits = catseye.load("digits")
    for data in ("digits", digits, digits["test"]):
        evaluation = catseye.evaluate(digits_run, data)
        assert evaluation.accuracy == score(digits_run).accuracy
    named = catseye.evaluate(digits_run, "digits", split="test[:100]")
    assert named.data == "digits (test[:100])"
    low, high = (100 * end for end in named.accuracy_interval)
    accuracy = f"accuracy {100 * named.accuracy:.1f} % ({low:.1f} to {high:.1f})"
    assert repr(named) == f"Evaluation(digits (test[:100]): {accuracy}, 100 pictures)"
    assert any("digits has no test split of its own" in note for note in named.notes)
    assert "robustness" not in named.to_json()


@pytest.mark.slow
def test_an_evaluation_shows_numbers_and_figure(digits_run: Run, tmp_path: Path) -> None:
    evaluation = catseye.evaluate(digits_run, "digits")
    html = evaluation._repr_html_()
    assert html.count("<table") == 1  # the confusion is in the figure
    assert html.count("<img") == 1
    cells, diagram = evaluation.figure().axes
    numbers = [int(text.get_text()) for text in cells.texts]
    assert numbers == evaluation.confusion.ravel().tolist()
    legend = diagram.get_legend()
    assert legend is not None
    figure = evaluation.figure()
    figure.canvas.draw()
    axes = figure.axes[1]
    below = axes.get_legend()
    assert below is not None
    assert below.get_window_extent().y1 <= axes.get_window_extent().y0
    assert evaluation.save(tmp_path / "e.svg").stat().st_size > 1000


@pytest.mark.slow
def test_robustness_is_a_field_of_the_evaluation(digits_run: Run) -> None:
    evaluation = catseye.evaluate(digits_run, "digits", robust=[0.1], examples=10)
    assert evaluation.robustness
    assert evaluation.to_json()["robustness"] == evaluation.robustness.to_json()
    assert evaluation._repr_html_().count("<img") == 2
    assert "digits on digits (test)" in repr(evaluation.robustness)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"examples": 5}, "needs robust"),
        ({"robust": [0.1], "examples": 0}, "examples must be at least 1; got 0"),
        ({"robust": []}, "at least one epsilon"),
        ({"split": "trian"}, "did you mean train"),
        ({"label": "species"}, "unknown label 'species'"),
    ],
)
def test_what_makes_no_sense_is_said(digits_run: Run, options: dict[str, object], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        catseye.evaluate(digits_run, "digits", **options)  # type: ignore[arg-type]

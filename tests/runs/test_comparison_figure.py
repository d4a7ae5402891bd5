"""The figure of a comparison: every epoch of every run, on common scales, and what runs without epochs have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catseye.drawing.style import styled
from catseye.runs.comparison import Comparison
from catseye.runs.comparison_figure import draw_comparison
from catseye.runs.run import Run
from catseye.runs.view import view_comparison
from tests.runs.results import TRAINED, TRANSFERRED, run_of

LONG, SHORT, SOLVED = run_of(TRAINED, 14), run_of(TRAINED, 1), run_of(TRANSFERRED)


def compared(*runs: Run) -> Comparison:
    return Comparison(tuple(f"run {number}" for number in range(len(runs))), runs)


def test_the_legend_has_validation_if_any_run_has() -> None:
    unvalidated = tuple(replace(epoch, validation_loss=None, validation_accuracy=None) for epoch in SHORT.history)
    with styled():
        _, *panels = draw_comparison(compared(replace(SHORT, history=unvalidated), LONG)).axes
    legends = [axes.get_legend() for axes in panels]
    assert legends[0]
    assert [text.get_text() for text in legends[0].get_texts()] == ["train", "validation"]
    assert legends[1:] == [None] * 3


def test_the_title_says_on_which_data_and_what_the_train_curve_is() -> None:
    with styled():
        curved, solved = (draw_comparison(compared(run, run)).get_suptitle() for run in (LONG, SOLVED))
    name = LONG.result.data.name
    assert curved.replace("\n", " ") == (
        f"2 runs on {name}: accuracy after training; below, by epoch (train: mean over the epoch, while the network "
        "learns)"
    )
    assert solved.endswith(": accuracy after training")
    said = [str(part) for part in view_comparison(compared(LONG, SHORT)).parts]
    assert any(part.startswith("train in the table: of the trained network; in the curves") for part in said)


def test_accuracies_are_in_per_cent_in_curves_too() -> None:
    with styled():
        accuracies, *_, curve, _ = draw_comparison(compared(LONG, SHORT)).axes
        written = [axis.get_major_formatter()(0.5, 0) for axis in (accuracies.xaxis, curve.yaxis)]
    assert written == ["50.0 %", "50 %"]  # with a decimal where the range is short


@pytest.mark.parametrize("runs", [(LONG, SHORT), (SHORT, LONG)])
def test_no_curve_is_cut_off_by_the_length_of_another(runs: tuple[Run, Run]) -> None:
    with styled():
        _, *panels = draw_comparison(compared(*runs)).axes
    assert len(panels) == 4
    for axes in panels:
        low, high = axes.get_xlim()
        assert low < 1
        assert high > 14
    for one, other in (panels[:2], panels[2:]):
        assert one.get_ylim() == other.get_ylim()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("runs", "panels"), [((SOLVED, SOLVED), 0), ((LONG, SOLVED), 2), ((LONG, SHORT, SOLVED), 4), ((LONG,), 2)]
)
def test_runs_without_epochs_have_their_accuracies(runs: tuple[Run, ...], panels: int) -> None:
    with styled():
        accuracies, *curves = draw_comparison(compared(*runs)).axes
    assert len(curves) == panels
    assert [label.get_text() for label in accuracies.get_yticklabels()] == [
        f"run {number}" for number in range(len(runs))
    ]


def test_a_run_without_test_pictures_has_the_others() -> None:
    untested = run_of(replace(TRAINED, test=None, validation=None), 2)
    text = view_comparison(compared(untested)).svg()
    assert ">train<" in text
    assert ">test<" not in text


@pytest.mark.slow
def test_names_and_networks_are_above_the_curves() -> None:
    text = view_comparison(compared(LONG, SHORT)).svg()
    assert ">run 0: small_convnet<" in text
    assert ">run 1: small_convnet<" in text

"""What is written down of each trial."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from catseye.runs.transfer.candidates import Candidate
from catseye.runs.transfer.choice import Judged
from catseye.runs.transfer.trial_rows import describe_left, describe_tried, describe_tuned


def tried(name: str, losses: list[float]) -> Any:
    judged = Judged(np.array(losses), np.ones(len(losses)), (1.0 if name == "a" else 2.0,), 2)
    return SimpleNamespace(
        candidate=Candidate(name), judged=judged, accuracy=1.0, multiply_adds=7, milliseconds=1.23456, seconds=2.5
    )


def test_losses_and_gains_have_their_standard_errors() -> None:
    first, second = describe_tried([tried("a", [1.0, 2.0, 3.0]), tried("b", [0.5, 1.0, 2.5])], 1)
    assert (first.loss, first.gain, first.gain_error) == (2.0, None, None)
    assert first.standard_error == pytest.approx(1 / np.sqrt(3), abs=1e-6)  # 1, 2, 3 deviate by 1
    assert second.loss == pytest.approx(4 / 3, abs=1e-6)
    assert (second.pictures, second.judged_by) == (3, "cross-validation")
    assert second.gain == pytest.approx(2 / 3, abs=1e-6)  # 0.5, 1, 0.5
    assert second.gain_error == pytest.approx(1 / 6, abs=1e-6)
    assert (first.chosen, second.chosen) == (False, True)
    assert (second.milliseconds, second.seconds) == (1.235, 2.5)


def test_with_one_picture_there_is_no_error_and_without_any_nothing_to_judge() -> None:
    one, other = describe_tried([tried("a", [1.0]), tried("b", [0.5])], 0)
    assert (one.standard_error, other.gain, other.gain_error) == (None, None, None)
    (alone,) = describe_tried([tried("a", [])], 0)
    assert (alone.loss, alone.chosen, alone.why) == (None, True, "chosen: there is nothing to judge it by")


@pytest.mark.parametrize("better", [True, False])
def test_a_fine_tuned_network_is_judged_on_validation_pictures(better: bool) -> None:
    evaluation = SimpleNamespace(accuracy=0.75, examples=4)
    evaluated = SimpleNamespace(evaluations={"validation": evaluation})
    tuned: Any = SimpleNamespace(evaluated=evaluated, seconds=60.0, losses=np.array([1.0, 2, 3, 2]), better=better)
    row = describe_tuned(Candidate("a", fine_tuned=True), tuned, tried("a", [1.0]))
    assert (row.loss, row.accuracy, row.pictures, row.judged_by) == (2.0, 0.75, 4, "validation pictures")
    assert row.chosen is better
    assert row.why.startswith("chosen: " if better else "not better")


def test_what_was_left_has_a_cost_and_a_reason() -> None:
    row = describe_left(Candidate("a", mirrored=True), 9, "not begun: why")
    assert (row.name, row.multiply_adds, row.seconds, row.why) == ("a, mirrored", 9, None, "not begun: why")

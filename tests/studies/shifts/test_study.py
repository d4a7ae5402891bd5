"""Accuracy on moved pictures, by hand and on the digits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import catseye
from catseye.datasets.dataset import Dataset
from catseye.errors import UsageError
from catseye.runs.run import Run
from catseye.studies.shifts.curves import ShiftCurve, Shifts
from catseye.studies.shifts.study import shifts

CURVE = ShiftCurve("dense", ((1.0, 0.8, 0.3), (0.9, 0.6, 0.1)))


def test_means_and_deviations_are_over_the_trainings() -> None:
    assert CURVE.means == pytest.approx((0.95, 0.7, 0.2))
    assert CURVE.sds == pytest.approx((0.1 / 2**0.5, 0.2 / 2**0.5, 0.2 / 2**0.5))
    assert CURVE.shown(1) == "70.0 ± 14.1 %"
    assert ShiftCurve("one", ((0.5, 0.25),)).shown(1) == "25.0 %"


def test_halfway_to_chance_lies_between_the_pixels_on_a_line() -> None:
    # Half of the lead of 0.95 over 0.15 is left at 0.55, which lies 0.15/0.5 of the way from 0.7 to 0.2.
    assert CURVE.halfway(0.15) == pytest.approx(1.3)
    assert ShiftCurve("steady", ((0.9, 0.9),)).halfway(0.1) is None
    found = Shifts("toys", 100, 2, 28, (0.0, 0.0), (ShiftCurve("steady", ((0.9, 0.9),)),), (), 1.0, {})
    assert found.verdict == "Shift at which half the lead over chance is lost: steady beyond this range."


def test_a_trained_classifier_is_measured_as_it_is(digits_run: Run) -> None:
    assert digits_run.folder is not None
    measured = shifts("digits", largest=2, classifier=[digits_run.folder])
    (curve,) = measured.curves
    accuracy = digits_run.evaluations["test"].accuracy
    assert curve.accuracies[0][0] == pytest.approx(accuracy)
    test = catseye.load("digits", split="test")
    pixels = test.batch(range(len(test)))
    right = []
    for axis, by in ((2, 1), (2, -1), (3, 1), (3, -1)):
        rolled = np.roll(pixels, by, axis)  # the digits' background is black
        index = [slice(None)] * 4
        index[axis] = slice(0, 1) if by == 1 else slice(-1, None)
        rolled[tuple(index)] = 0
        answers = digits_run.classifier.probabilities(rolled).argmax(1)
        right.append(float((answers == test.labels).mean()))
    assert curve.accuracies[0][1] == pytest.approx(np.mean(right), abs=0.006)  # a few have ink on the edge


@pytest.mark.slow
def test_what_is_lost_off_the_edge_is_measured() -> None:
    measured = shifts("digits", ["dense"], 7, 1)
    assert measured.lost[0] == 0
    assert list(measured.lost) == sorted(measured.lost)
    assert measured.lost[7] > 0.8
    assert measured.test_pictures == 359
    assert measured.curves[0].means[0] > 0.9 > measured.curves[0].means[2]
    low, high = measured.interval(measured.curves[0], 0)
    assert low < measured.curves[0].means[0] < high


class _Own(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(64, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.layer(x.flatten(1) * 1.0)
        return logits


def make_small(shape: tuple[int, int, int], classes: int) -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(shape[0] * shape[1] * shape[2], classes))


@pytest.mark.slow
def test_networks_written_in_python_are_trained_too() -> None:
    digits = catseye.load("digits")
    few = Dataset(digits.info, {"train": digits["train[:60]"], "test": digits["test[:40]"]})
    found = catseye.shifts(few, [_Own(), _Own(), make_small, "dense"], largest=1, seeds=1)
    assert [curve.name for curve in found.curves] == ["_Own", "_Own 2", "make_small", "dense"]
    assert all(curve.accuracies[0][0] > 0.4 for curve in found.curves)
    with pytest.raises(UsageError, match="a function that makes one, or several of these in a list; got 3"):
        catseye.shifts(few, [3])  # type: ignore[list-item]
    with pytest.raises(UsageError, match="the network must return logits"):
        catseye.shifts(few, [nn.Flatten()], seeds=1)


def test_networks_are_trained_for_as_many_epochs_as_asked(caplog: pytest.LogCaptureFixture) -> None:
    digits = catseye.load("digits")
    few = Dataset(digits.info, {"train": digits["train[:60]"], "test": digits["test[:40]"]})
    with caplog.at_level("INFO", "catseye"):
        catseye.shifts(few, "dense", largest=1, seeds=2, epochs=3)
    recipes = [line.partition("recipe: ")[2] for line in caplog.messages if "recipe" in line]
    assert recipes == ["default, except epochs 3", "default, except epochs 3, seed 1"]


def test_what_makes_no_sense_is_refused(digits_run: Run, tmp_path: Path) -> None:
    run = digits_run.folder
    assert run is not None
    with pytest.raises(UsageError, match="epochs are those of networks that are trained"):
        shifts("digits", classifier=[run], epochs=2)
    with pytest.raises(UsageError, match="did you mean convnet"):
        shifts("digits", ["dense", "convent"])
    with pytest.raises(UsageError, match="1 to 7; got 8"):
        shifts("digits", largest=8)
    with pytest.raises(UsageError, match="got both"):
        shifts("digits", ["dense"], classifier=[run])
    with pytest.raises(UsageError, match="at least 1"):
        shifts("digits", seeds=0)
    with pytest.raises(UsageError, match="see 8×8 and 224×224"):
        shifts("digits", classifier=[run, "efficientnet_lite0"])
    with pytest.raises(UsageError, match="no classifier"):
        shifts("digits", classifier=[tmp_path / "none"])

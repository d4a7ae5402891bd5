"""Fine-tuning is tried where it may pay, and judged on pictures that nothing learned from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

import catseye
from catseye.runs.transfer import search
from catseye.runs.transfer.tuning_trial import FineTuningTrial
from catseye.transfer_learning.recipe import TransferRecipe, default_fine_tuning
from tests.conftest import draw_folder, score


def trial(pictures: int, accuracy: float, *, validation: int = 0) -> FineTuningTrial:
    """A trial on so many training pictures, with a head that is right on a share of them; 2 ms a picture."""

    class Split:
        def __init__(self, count: int) -> None:
            self.labels = np.arange(count) % 2

        def __len__(self) -> int:
            return len(self.labels)

    splits = {"train": Split(pictures)} | ({"validation": Split(validation)} if validation else {})
    plan = SimpleNamespace(dataset=SimpleNamespace(splits=splits), recipe=TransferRecipe())
    tried: Any = SimpleNamespace(accuracy=accuracy, milliseconds=2.0, rate=0.003)
    return FineTuningTrial(cast("Any", plan), tried, tried, Path("home"), "cpu")


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (trial(1000, 0.985), "98.5 % are right already"),
        (trial(100, 0.8), "a fair comparison needs 30 validation pictures; there would be 20"),
        (trial(100, 0.8, validation=29), "there would be 29"),
        (trial(150, 0.8), ""),
        (trial(100, 0.8, validation=30), ""),
    ],
)
def test_where_it_cannot_pay_it_is_not_begun(made: FineTuningTrial, says: str) -> None:
    assert made.objection().endswith(says)
    assert bool(made.objection()) == bool(says)


def test_a_forecast_counts_all_pictures_of_all_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 1,000 pictures 200 are for validation, and cost a third: 7 epochs of 866.7, in batches of 16."""
    made = trial(1000, 0.8)
    assert default_fine_tuning(1000, 0).epochs == 7
    assert made.least_seconds() == pytest.approx(5 + 7 * 866.667 * 0.002 * 10, rel=1e-4)
    monkeypatch.setattr(FineTuningTrial, "_time_step", lambda _: 0.8)
    steps, measured = 7 * 866.667 / 16 * 0.8, 1000 * 0.003 * 2
    assert made.forecast() == pytest.approx(1.15 * (steps + measured), rel=1e-4)


@pytest.mark.slow  # fine-tunes a backbone, on few pictures
def test_a_fine_tuned_network_that_is_better_is_kept_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    colours = draw_folder(tmp_path / "colours", {"red": 15, "blue": 15})
    tuning = replace(default_fine_tuning(24, 0), epochs=1, batch_size=8)
    monkeypatch.setattr(FineTuningTrial, "objection", lambda _: "")
    monkeypatch.setattr(FineTuningTrial, "recipe", tuning)
    monkeypatch.setattr(search, "list_backbones", lambda *_: [])  # heads are tried elsewhere
    monkeypatch.setattr("catseye.runs.transfer.fine_tuning._compare", lambda *_: (True, "because"))
    run = catseye.transfer(colours, out=tmp_path / "run", time_limit=600)
    assert run.result.search
    *heads, tuned = [trial for trial in run.result.search.trials if trial.seconds is not None]
    assert (tuned.name, tuned.chosen, tuned.judged_by) == (
        "efficientnet_lite0, fine-tuned",
        True,
        "validation pictures",
    )
    assert not any(head.chosen for head in heads)
    assert tuned.loss
    assert tuned.pictures == 4
    assert run.result.fine_tuning
    assert run.result.fine_tuning.kept
    assert run.result.network == "efficientnet_lite0"
    assert isinstance(run.result.recipe, TransferRecipe)
    assert run.result.recipe.fine_tuning
    assert 0 < run.result.recipe.fine_tuning.time_limit <= 600
    assert not (tmp_path / "run" / "checkpoint.safetensors").exists()  # with less time left it is another training
    assert score(run, "validation").examples == 4
    assert catseye.predict(tmp_path / "run", colours / "red" / "1.png")[0].class_name == "red"
    assert "validation pictures" in (tmp_path / "run" / "report.html").read_text()

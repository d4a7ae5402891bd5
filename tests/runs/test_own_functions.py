"""Functions of the caller's own in a run: tried out first, measured, shown, and needed again for resuming."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

import catseye
from catseye.errors import UsageError
from catseye.runs.run import Run
from catseye.training import loop
from catseye.training.checkpoint import TrainingState
from catseye.training.recipe import Recipe
from tests.conftest import score


def margin(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return torch.nn.functional.multi_margin_loss(logits, labels)


def sureness(logits: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    return logits.softmax(1).amax(1).mean()


def train(out: Path | None = None, **options: Any) -> Run:
    return catseye.train("digits", out=out, **({"epochs": 3} | options))


@pytest.fixture(scope="module")
def own_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return train(tmp_path_factory.mktemp("own") / "run", loss=margin, metrics={"sureness <b>": sureness})


def test_a_run_says_what_its_loss_and_metrics_were(own_run: Run) -> None:
    assert own_run.folder
    assert score(own_run).accuracy > 0.9
    assert own_run.result.recipe == Recipe.from_json(json.loads((own_run.folder / "recipe.json").read_text()))
    assert own_run.to_json()["recipe"]["loss"] == "python:margin"
    assert own_run.to_json()["recipe"]["label_smoothing"] == 0.0
    assert 0.5 < own_run.to_json()["test"]["metrics"]["sureness <b>"] <= 1
    assert "the loss was the Python function margin, of which the recipe holds only the name" in own_run.result.notes
    lines = [json.loads(line) for line in (own_run.folder / "history.jsonl").read_text().splitlines()]
    assert all(line["loss_name"] == "python:margin" and 0 < line["metrics"]["sureness <b>"] <= 1 for line in lines)
    assert Run.open(own_run.folder).result == own_run.result
    assert Run.open(own_run.folder).history == own_run.history
    assert any("sureness <b> 0." in str(part) for part in own_run.view().parts)


def test_the_report_has_the_metrics_and_no_command(own_run: Run) -> None:
    assert own_run.folder
    page = (own_run.folder / "report.html").read_text()
    assert '<th class="n">sureness &lt;b&gt;</th>' in page
    assert f"{score(own_run).metrics['sureness <b>']:.4g}" in page
    assert "No command can: the loss was the Python function margin." in page
    assert page.count("<figure><svg") >= 3 + 1  # curves of loss, accuracy and the metric; the reliability diagram
    assert "sureness <b>" not in page


def test_the_metrics_are_those_of_the_logits_before_calibration(own_run: Run) -> None:
    pictures = catseye.load("digits", split="test")
    logits = torch.from_numpy(own_run.classifier.logits(pictures))
    assert score(own_run).metrics["sureness <b>"] == pytest.approx(sureness(logits, logits).item(), abs=1e-6)


def test_a_finished_run_is_returned_without_its_functions(own_run: Run) -> None:
    assert own_run.folder
    assert catseye.train("digits", out=own_run.folder, resume=True).result == own_run.result


class KilledError(Exception):
    pass


@pytest.fixture
def stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a run with functions of one's own that was killed after its second epoch."""
    fit: Callable[..., TrainingState] = loop.fit

    def kill(state: TrainingState) -> None:
        if len(state.history) == 2:
            raise KilledError

    monkeypatch.setattr("catseye.runs.training.fit", lambda task, file, _: fit(task, file, kill))
    with pytest.raises(KilledError):
        train(tmp_path / "run", loss=margin, metrics={"sureness <b>": sureness})
    monkeypatch.undo()
    return tmp_path / "run"


def test_a_stopped_run_goes_on_with_the_same_functions_to_the_same_bits(stopped: Path, own_run: Run) -> None:
    resumed = train(stopped, resume=True, loss=margin, metrics={"sureness <b>": sureness})
    assert [epoch.metrics for epoch in resumed.history] == [epoch.metrics for epoch in own_run.history]
    assert score(resumed) == score(own_run)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"metrics": {"sureness <b>": sureness}}, "the Python function margin, which no file can hold: pass it"),
        ({"loss": sureness, "metrics": {"sureness <b>": sureness}}, "with loss python:margin, not python:sureness"),
        ({"loss": "focal"}, "with loss python:margin, not focal"),
        ({"loss": margin}, "with the metrics sureness <b>, not with no metrics"),
        ({"loss": margin, "metrics": {"other": sureness}}, "with the metrics sureness <b>, not with the metrics other"),
    ],
)
def test_a_stopped_run_does_not_go_on_with_others(stopped: Path, options: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        catseye.train("digits", out=stopped, resume=True, **options)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"loss": lambda logits, _: logits.mean(1)}, "must return a scalar tensor"),
        ({"metrics": {"broken": lambda *_: 1 / 0}}, "the metric broken failed on .* with ZeroDivisionError"),
        ({"loss": "hinge"}, "loss must be cross_entropy, focal or mean_squared_error; got 'hinge'"),
        ({"loss": margin, "label_smoothing": 0.1}, "label_smoothing does not reach a loss of your own; got 0.1"),
        ({"recipe": Recipe(loss="python:margin", label_smoothing=0.0)}, "pass it to catseye.train as loss=margin"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_work_is_found_before_anything_is_written(options: Any, says: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=says):
        train(tmp_path / "run", **options)
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
@pytest.mark.parametrize("loss", ["focal", "mean_squared_error"])
def test_the_command_that_repeats_a_run_names_its_loss(loss: str, tmp_path: Path) -> None:
    run = train(tmp_path / "run", loss=loss, average="ema", epochs=1)
    assert run.source
    assert f"--loss {loss} --average ema" in run.source.command
    assert (
        "with the averaged weights (EMA), which are those that are saved" in (tmp_path / "run/report.html").read_text()
    )

"""From data to a run's folder: measured, repeatable, and safe from kills."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from filelock import FileLock

import catseye
from catseye.classifier.classifier import Classifier
from catseye.datasets.dataset import Dataset
from catseye.datasets.left_out import LeftOut
from catseye.errors import CatseyeError, UsageError
from catseye.runs.run import Run
from catseye.training.recipe import Recipe
from tests.conftest import draw_folder, score


def classifier_bytes(run: Run) -> bytes:
    assert run.folder
    return (run.folder / "classifier.safetensors").read_bytes()


def test_a_run_holds_what_it_promises(digits_run: Run) -> None:
    assert digits_run.folder
    names = {path.name for path in digits_run.folder.iterdir() if not path.name.startswith(".")}
    assert names == {
        "classifier.safetensors",
        "report.html",
        "history.jsonl",
        "recipe.json",
        "run.json",
        "checkpoint.safetensors",
    }
    lines = [json.loads(line) for line in (digits_run.folder / "history.jsonl").read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    result = digits_run.result
    assert result.run_path == str(digits_run.folder)
    assert result.classifier_path == str(digits_run.folder / "classifier.safetensors")
    assert (result.network, result.epochs, result.recipe.seed) == ("small_convnet", 3, 0)
    assert result.seconds.total >= result.seconds.training > 0
    assert result.images_per_second
    parts = (result.backbone, result.features, result.head, result.fine_tuning, result.robustness)
    assert parts == (None,) * 5


def test_the_result_is_what_an_evaluation_of_the_saved_file_says(digits_run: Run) -> None:
    assert digits_run.folder
    again = Classifier.load(digits_run.folder).evaluate(catseye.load("digits", split="test"))
    assert again.accuracy == score(digits_run).accuracy
    assert again.loss == pytest.approx(score(digits_run).loss)
    assert again.accuracy > 0.9


def test_a_finished_run_can_be_opened(digits_run: Run) -> None:
    assert digits_run.folder
    opened = Run.open(digits_run.folder)
    assert opened.result == digits_run.result
    assert opened.history == digits_run.history


@pytest.mark.slow
def test_the_same_recipe_gives_the_same_file_to_the_bit(digits_run: Run, tmp_path: Path) -> None:
    assert digits_run.folder
    again = catseye.train("digits", out=tmp_path / "r", recipe=digits_run.folder / "recipe.json")
    assert classifier_bytes(again) == classifier_bytes(digits_run)


def test_without_a_folder_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = catseye.train(catseye.load("digits"), epochs=1)
    assert (run.folder, run.result.run_path) == (None, None)
    assert not list(tmp_path.iterdir())


TRAIN = """
import sys, catseye
catseye.train("digits", out=sys.argv[1], epochs=12, resume=True, dropout=0.2, shift=1)
"""


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGINT])
def test_a_run_killed_at_any_moment_ends_in_the_same_weights(tmp_path: Path, sign: int) -> None:
    whole = catseye.train("digits", out=tmp_path / "whole", epochs=12, dropout=0.2, shift=1)
    folder = tmp_path / "killed"
    for moment in (0.0, 0.11, 0.37):  # after the first epoch of each life
        process = subprocess.Popen([sys.executable, "-c", TRAIN, folder], stderr=subprocess.DEVNULL)
        _wait_for_progress(folder, process)
        time.sleep(moment)
        process.send_signal(sign)
        process.wait(60)
    resumed = catseye.train("digits", out=folder, epochs=12, resume=True)
    assert classifier_bytes(resumed) == classifier_bytes(whole)
    assert len(resumed.history) == 12
    assert not list(folder.glob(".*.part"))


def _wait_for_progress(folder: Path, process: subprocess.Popen[bytes]) -> None:
    history = folder / "history.jsonl"
    before = history.stat().st_mtime_ns if history.exists() else 0
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        if history.exists() and history.stat().st_mtime_ns != before:
            return
        time.sleep(0.01)


@pytest.mark.slow
def test_a_run_killed_while_it_is_measured_is_finished_by_resume(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("catseye.runs.report.write_report", killed)
        with pytest.raises(KeyboardInterrupt):
            catseye.train("digits", out=tmp_path / "r", epochs=2)
    with pytest.raises(UsageError, match="not finished; use resume=True to continue it"):
        Run.open(tmp_path / "r")
    run = catseye.train("digits", out=tmp_path / "r", epochs=2, resume=True)
    assert score(run).accuracy > 0.8


def test_a_finished_run_is_not_trained_again(digits_run: Run) -> None:
    assert digits_run.folder
    before = {path.name: path.stat().st_mtime_ns for path in digits_run.folder.iterdir()}
    again = catseye.train("digits", out=digits_run.folder, resume=True)
    assert again.result == digits_run.result
    after = {path.name: path.stat().st_mtime_ns for path in digits_run.folder.iterdir()}
    assert {name: time for name, time in after.items() if name != ".lock"} == {
        name: time for name, time in before.items() if name != ".lock"
    }


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"epochs": 4}, "started with epochs 3, not 4"),
        ({"network": "dense"}, "started with network small_convnet, not dense"),
        ({"size": (16, 16)}, "started with no size, not 16×16"),
        ({"recipe": "lesson"}, "started with "),
        ({"data": "mnist"}, "started with data digits, not mnist"),
    ],
)
def test_resuming_as_something_else_is_refused(digits_run: Run, asked: dict[str, Any], says: str) -> None:
    arguments: dict[str, Any] = {"data": "digits", "out": digits_run.folder, "resume": True} | asked
    with pytest.raises(UsageError, match=says):
        catseye.train(**arguments)


def test_resuming_with_other_data_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = draw_folder(tmp_path / "pictures", {"a": 20, "b": 20})
    monkeypatch.setattr("catseye.runs.report.write_report", _interrupt)
    with pytest.raises(KeyboardInterrupt):
        catseye.train(folder, out=tmp_path / "r", epochs=1)
    (folder / "a" / "3.png").write_bytes((folder / "b" / "3.png").read_bytes())
    with pytest.raises(UsageError, match="started with other data"):
        catseye.train(folder, out=tmp_path / "r", epochs=1, resume=True)


def _interrupt(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, digits_run: Run) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        catseye.train("digits", out=tmp_path, epochs=1)
    with pytest.raises(UsageError, match="does not hold a run to resume"):
        catseye.train("digits", out=tmp_path, epochs=1, resume=True)
    assert [path.name for path in tmp_path.iterdir() if path.name != ".lock"] == ["notes.txt"]
    with pytest.raises(UsageError, match="not empty"):
        catseye.train("digits", out=digits_run.folder, epochs=1)


def test_a_folder_in_use_is_left_to_its_user(tmp_path: Path) -> None:
    with FileLock(tmp_path / ".lock"), pytest.raises(UsageError, match="another process is training"):
        catseye.train("digits", out=tmp_path, epochs=1)


@pytest.mark.slow
def test_a_network_that_does_not_fit_leaves_no_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="too small"):
        catseye.train("digits", "convnet", out=tmp_path / "r", epochs=1)
    assert not (tmp_path / "r" / "run.json").exists()
    catseye.train("digits", out=tmp_path / "r", epochs=1)


@pytest.mark.slow
def test_a_checkpoint_that_cannot_be_written_ends_the_run_and_loses_none(tmp_path: Path) -> None:
    """The second of two lives may write no file as large as a checkpoint: a full disk."""
    program = (
        "import resource, sys, catseye\n"
        "from catseye.errors import CatseyeError\n"
        "def full(progressed):\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))\n"
        "import catseye.runs.folder as folder\n"
        "write = folder.RunFolder.write_history\n"
        "folder.RunFolder.write_history = lambda self, history: (write(self, history), full(history))\n"
        "try:\n"
        "    catseye.train('digits', out=sys.argv[1], epochs=3)\n"
        "except CatseyeError as error:\n"
        "    print(error)\n"
    )
    folder = tmp_path / "r"
    done = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=True)
    assert "checkpoint.safetensors cannot be written: File too large. An earlier file is unchanged." in done.stdout
    resumed = catseye.train("digits", out=folder, epochs=3, resume=True)
    assert classifier_bytes(resumed) == classifier_bytes(catseye.train("digits", out=tmp_path / "whole", epochs=3))


@pytest.mark.parametrize(
    ("recipe", "says"),
    [("lessons", "default, lesson or the path"), ("nowhere.json", "default, lesson or the path")],
)
def test_a_recipe_that_is_none_is_said(recipe: str, says: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=says):
        catseye.train("digits", out=tmp_path / "r", recipe=recipe)


def test_a_recipe_from_a_file_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps({"epochs": "three"}))
    with pytest.raises(UsageError, match="epochs must be an integer"):
        catseye.train("digits", recipe=path)


def test_broken_pictures_are_counted_in_the_result(tmp_path: Path) -> None:
    folder = draw_folder(tmp_path / "pictures", {"a": 20, "b": 20})
    (folder / "a" / "broken.png").write_bytes(b"")
    run = catseye.train(folder, out=tmp_path / "r", epochs=1)
    assert run.result.left_out == (LeftOut(f"{folder}/a/broken.png", "the file is empty"),)
    with pytest.raises(CatseyeError, match="broken"):
        catseye.train(folder, out=tmp_path / "s", epochs=1, strict=True)


def test_a_validation_split_of_the_users_is_used(tmp_path: Path) -> None:
    counts = {"train/a": 20, "train/b": 20, "val/a": 5, "val/b": 6, "test/a": 5, "test/b": 5}
    run = catseye.train(draw_folder(tmp_path, counts), epochs=1)
    assert score(run, "validation").examples == run.classifier.calibration.examples == 11
    assert run.result.train.examples == 40


def test_two_pictures_a_class_are_enough_to_run(tmp_path: Path) -> None:
    run = catseye.train(draw_folder(tmp_path, {"a": 2, "b": 2}), epochs=1)
    assert run.result.train.examples == 2
    assert score(run).examples == 2


def test_one_picture_a_class_leaves_nothing_to_test(tmp_path: Path) -> None:
    run = catseye.train(draw_folder(tmp_path / "pictures", {"a": 1, "b": 1}), out=tmp_path / "r", epochs=1)
    assert run.result.test is None
    assert "too few pictures" in (tmp_path / "r" / "report.html").read_text()


# Real trainings: slow, and worth it, as they are what everything else is for. Marks are those of the lessons'
# programs within noise, below what several seeds reached.
@pytest.mark.parametrize(
    ("network", "recipe", "mark"),
    [
        ("dense", Recipe.lesson("dense"), 0.975),
        ("convnet", Recipe.lesson("convnet"), 0.988),
        ("dense", None, 0.980),
        ("convnet", None, 0.990),
    ],
)
def test_mnist_is_learnt(mnist: Dataset, network: str, recipe: Recipe | None, mark: float) -> None:
    run = catseye.train(mnist, network, recipe=recipe)
    assert score(run).accuracy >= mark


def test_clothes_are_learnt(fashion_mnist: Dataset) -> None:
    """The lesson's own training takes minutes (docs/lessons.md has its figures); its first epoch is tried here."""
    run = catseye.train(fashion_mnist, "fashion_convnet")
    assert score(run).accuracy >= 0.913
    lesson = catseye.train(fashion_mnist, "fashion_convnet", recipe="lesson", epochs=1)
    assert score(lesson).accuracy >= 0.85


@pytest.mark.slow
def test_memory_stays_small(archives: Path) -> None:
    """A whole training of MNIST in a process of its own, by what the system counted."""
    program = (
        "import catseye\n"
        "catseye.train('mnist', 'convnet', epochs=1)\n"
        # Not getrusage's figure, which begins with that of the process that started this one.
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))\n"
    )
    environment = os.environ | {"CATSEYE_ARCHIVES": str(archives)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert int(done.stdout) < 1_500_000  # kilobytes


def test_hidden_files_of_others_are_not_touched(tmp_path: Path) -> None:
    for name in ("report.doc", ".movie.part", ".report.html.0123abcd.part"):
        (tmp_path / name).write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        catseye.train("digits", out=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".movie.part",
        ".report.html.0123abcd.part",
        "report.doc",
    ]


def test_a_refused_training_leaves_no_folder(tmp_path: Path) -> None:
    refused: list[dict[str, Any]] = [
        {"data": "nonsuch"},
        {"data": "digits", "size": (3, 3)},
        {"data": "digits", "epochs": 0},
    ]
    for arguments in refused:
        with pytest.raises(UsageError):
            catseye.train(out=tmp_path / "r", **arguments)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_run_killed_before_its_first_epoch_can_be_resumed_or_started_again(tmp_path: Path) -> None:
    with pytest.raises(CatseyeError, match="no longer finite"):
        catseye.train("digits", out=tmp_path / "r", learning_rate=1000.0, optimizer="sgd", schedule="constant")
    (tmp_path / "r" / "recipe.json").unlink()  # the kill came between the two files
    with pytest.raises(UsageError, match="started with epochs"):
        catseye.train("digits", out=tmp_path / "r", epochs=1, resume=True)
    assert catseye.train("digits", out=tmp_path / "r", epochs=1).result.epochs == 1
    assert (tmp_path / "r" / "recipe.json").exists()


@pytest.mark.parametrize("arguments", [{"data": None}, {"data": 3}, {"size": 16}, {"size": (8.0, 8.0)}, {"size": (8,)}])
def test_arguments_of_another_kind_are_usage_errors(arguments: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"data": "digits", "epochs": 1} | arguments
    with pytest.raises(UsageError):
        catseye.train(**asked)


def test_a_split_is_trained_on_like_arrays(tmp_path: Path) -> None:
    split = catseye.load("digits", split="train[:200]")
    run = catseye.train(split, out=tmp_path / "r", epochs=1)
    assert len(split) == 200
    assert run.result.test
    assert run.result.test.examples == 40
    assert "20 % of each class was set aside" in run.result.notes[0]
    assert catseye.train(split, out=tmp_path / "r", resume=True, epochs=1).result == run.result
    assert run.source
    assert run.source.command.endswith(" --split 'train[:200]' --out RUN")
    with pytest.raises(UsageError, match=r"was started with the split train\[:200\], not with all pictures"):
        catseye.train(catseye.load("digits"), out=tmp_path / "r", resume=True)


def test_pictures_that_no_split_gives_have_no_command() -> None:
    run = catseye.train(catseye.load("digits", split="train").take(200), epochs=1)
    assert run.source
    assert run.source.command == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "same"),
    [
        ({"size": "10x10"}, {"size": (10, 10)}),
        ({"epochs": np.int64(1), "seed": np.uint8(3)}, {"seed": 3}),
    ],
)
def test_values_of_the_command_and_of_numpy_are_read(asked: dict[str, Any], same: dict[str, Any]) -> None:
    one, other = (catseye.train("digits", **{"epochs": 1} | options).classifier for options in (asked, same))
    assert one.provenance == other.provenance
    assert one.preprocess == other.preprocess


def test_a_fraction_is_read() -> None:
    with pytest.raises(UsageError, match=r"^adversarial must be between 0 and 1; got 2\.0\.$"):
        catseye.train("digits", epochs=1, adversarial="8/4")
    with pytest.raises(UsageError, match=r"adversarial must be a number such as 4/255 or 0\.016; got 'much'"):
        catseye.train("digits", epochs=1, adversarial="much")


def test_the_callers_random_numbers_are_left_alone() -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    catseye.train("digits", epochs=1, dropout=0.5)
    assert torch.equal(torch.rand(3), expected)

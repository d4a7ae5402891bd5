"""Where training runs; the GPU's tests run where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

import catseye
from catseye.cli import main
from catseye.errors import StoppedError, UsageError
from catseye.images.preprocess import Preprocess
from catseye.networks import build
from catseye.system.device import CPU, CUDA, choose_device
from catseye.training.checkpoint import TrainingState
from catseye.training.loop import Task, _step, fit
from catseye.training.mixing import Targets
from catseye.training.optimizer import build_optimizers
from catseye.training.recipe import Recipe
from tests.conftest import score

gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
no_gpu = pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")


def test_another_name_is_refused_with_what_there_is() -> None:
    with pytest.raises(UsageError, match="device is one of auto, cpu, cuda; got 'tpu'"):
        choose_device("tpu")
    with pytest.raises(UsageError, match="device is one of"):
        catseye.train("digits", device="gpu")


@no_gpu
def test_without_a_gpu_auto_is_the_processor_and_cuda_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert choose_device("auto") == CPU
    assert main(["train", "digits", "--device", "cuda", "--out", str(tmp_path / "run")]) == 2
    assert "device cuda needs a GPU" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@gpu
def test_a_gpu_learns_and_the_classifier_is_for_any_machine() -> None:
    run = catseye.train("digits", device="auto", epochs=10)
    assert score(run).accuracy > 0.95
    assert {weight.device.type for weight in run.classifier.network.state_dict().values()} == {CPU}


def gpu_task(device: str) -> Task:
    digits = catseye.load("digits")["train"]
    return Task(build("fashion_convnet", (8, 8, 1), 10), Preprocess(8, 8, 1), Recipe(epochs=3), digits, None, device)


@gpu
def test_a_training_that_stopped_on_a_gpu_goes_on_without_one(tmp_path: Path) -> None:
    def stop(_: TrainingState) -> None:
        raise StoppedError("stopped")

    with pytest.raises(StoppedError):
        fit(gpu_task(CUDA), tmp_path / "checkpoint", stop, quiet=True)
    progressed = fit(gpu_task(CPU), tmp_path / "checkpoint", lambda _: None, quiet=True)
    assert [epoch.epoch for epoch in progressed.history] == [1, 2, 3]


@gpu
def test_a_step_on_a_gpu_waits_for_nothing() -> None:
    task = gpu_task(CUDA)
    task.network.to(CUDA)
    rules = build_optimizers(task.network, task.recipe)
    pixels = torch.zeros(8, 1, 8, 8, dtype=torch.uint8, device=CUDA)
    targets = Targets(torch.zeros(8, dtype=torch.long, device=CUDA))
    _step(task, rules, 0.01, pixels, targets)  # what is made once
    torch.cuda.set_sync_debug_mode("error")
    try:
        _step(task, rules, 0.01, pixels, targets)
    finally:
        torch.cuda.set_sync_debug_mode("default")

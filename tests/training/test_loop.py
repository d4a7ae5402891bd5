"""The loop: it learns, the same way each time, stops when told, and says when it cannot go on."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from catseye.datasets import MemoryPictures, Pictures
from catseye.errors import CatseyeError
from catseye.images.preprocess import Preprocess
from catseye.networks import build
from catseye.networks.initialisation import initialise
from catseye.training.checkpoint import TrainingState
from catseye.training.choices import OPTIMIZERS, Optimizer
from catseye.training.loop import TIME_LIMIT, Task, fit
from catseye.training.optimizer import build_optimizers
from catseye.training.recipe import Recipe
from tests.system.test_threads import openmp_threads


def stripes(count: int, seed: int = 0) -> MemoryPictures:
    """Upright stripes are class 0, lying ones class 1, with noise."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(0, 2, count)
    waves = (np.arange(8) + generator.integers(0, 4, (count, 1))) // 2 % 2 * 150
    images = np.where(labels[:, None, None] == 0, waves[:, None, :], waves[:, :, None])
    noisy = images + generator.integers(0, 100, (count, 8, 8))
    return MemoryPictures(noisy.astype(np.uint8)[:, None], labels, ("upright", "lying"))


def task(**changes: Any) -> Task:
    recipe = Recipe(epochs=4, batch_size=32, learning_rate=0.003, precision="fp32").with_changes(changes)
    network = build("fashion_convnet", (8, 8, 1), 2, batch_norm=recipe.batch_norm, dropout=recipe.dropout)
    initialise(network, recipe.initialisation, recipe.seed)
    return Task(network, Preprocess(8, 8, 1, (0.4,), (0.3,)), recipe, stripes(321), stripes(100, 1))


def trained(given: Task, file: Path | None = None) -> TrainingState:
    return fit(given, file, lambda _: None)


def weights(network: nn.Module) -> bytes:
    return b"".join(value.numpy().tobytes() for value in network.state_dict().values())


@pytest.mark.parametrize(("batch_size", "shares"), [(8, False), (256, True)])
def test_little_work_is_not_shared_among_threads(batch_size: int, shares: bool) -> None:
    given = task(epochs=1, batch_size=batch_size)
    seen: set[int] = set()
    given.network.register_forward_hook(lambda *_: seen.add(openmp_threads()))
    fit(given, None, lambda _: None)
    assert seen == ({openmp_threads()} if shares else {1})


@pytest.mark.parametrize(
    "changes",
    [
        *({"optimizer": name, "learning_rate": 0.05 if name in ("sgd", "adagrad") else 0.002} for name in OPTIMIZERS),
        {"schedule": "constant"},
        {"schedule": "cosine"},
        {"schedule": "exponential", "learning_rate_decay": 0.1},
        {"optimizer": "sgd", "nesterov": True, "learning_rate": 0.05},
        {"average": "ema"},
        {"average": "swa", "epochs": 5},
        pytest.param({"precision": "bf16"}, marks=pytest.mark.slow),  # emulated on some processors
        {"batch_norm": True, "dropout": 0.3},
        {"label_smoothing": 0.1, "gradient_clip": 1.0, "weight_decay": 0.1},
        {"flip": True, "shift": 1},
        {"random_crop": 0.8, "colour_jitter": 0.3},
        {"mixup": 0.2, "cutmix": 0.2},
        {"mixup": 0.4, "loss": "focal"},
        {"batch_size": 64, "early_stopping": 3},
    ],
    ids=str,
)
def test_every_choice_learns_and_twice_the_same_to_the_bit(changes: dict[str, Any]) -> None:
    first, second = task(**changes), task(**changes)
    history = trained(first).history
    trained(second)
    assert history[-1].validation_accuracy == 1.0
    assert weights(first.network) == weights(second.network)


def test_another_seed_is_another_training() -> None:
    one, two = task(), task(seed=1)
    trained(one)
    trained(two)
    assert weights(one.network) != weights(two.network)


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"optimizer": "rmsprop"},
        {"optimizer": "sgd", "learning_rate": 0.003},
        {"dropout": 0.5, "shift": 1},
        {"random_crop": 0.5, "colour_jitter": 0.2, "mixup": 0.4, "cutmix": 1.0},
    ],
)
@pytest.mark.parametrize("early", [0, 2])
def test_going_on_from_a_checkpoint_ends_in_the_same_weights(
    tmp_path: Path, changes: dict[str, Any], early: int
) -> None:
    class KilledError(Exception):
        pass

    def kill_after_two(state: TrainingState) -> None:
        if len(state.history) == 2:
            raise KilledError

    choices = {"batch_norm": True, "early_stopping": early, **changes}
    whole, broken, resumed = task(**choices), task(**choices), task(**choices)
    epochs = [epoch.epoch for epoch in trained(whole).history]
    assert epochs in ([1, 2, 3, 4], [1, 2, 3]) if early else epochs == [1, 2, 3, 4]  # it may stop after the third
    with pytest.raises(KilledError):
        fit(broken, tmp_path / "checkpoint", kill_after_two)
    state = trained(resumed, tmp_path / "checkpoint")
    assert [epoch.epoch for epoch in state.history] == epochs
    assert weights(whole.network) == weights(resumed.network)


def test_a_finished_training_is_not_trained_again(tmp_path: Path) -> None:
    first, again = task(), task()
    trained(first, tmp_path / "checkpoint")
    state = fit(again, tmp_path / "checkpoint", lambda _: pytest.fail("an epoch was trained"))
    assert len(state.history) == 4
    assert weights(first.network) == weights(again.network)


def test_early_stopping_keeps_the_best_weights() -> None:
    given = task(epochs=40, early_stopping=2, learning_rate=0.01, schedule="constant")
    state = trained(given)
    losses = [epoch.validation_loss for epoch in state.history]
    best = losses.index(min(loss for loss in losses if loss is not None))
    assert len(losses) == best + 1 + 2 < 40
    assert "had not improved for 2 epochs" in state.stopped
    shorter = task(epochs=best + 1, early_stopping=2, learning_rate=0.01, schedule="constant")
    trained(shorter)
    assert weights(given.network) == weights(shorter.network)


def test_the_time_limit_ends_training_in_the_middle_of_an_epoch(tmp_path: Path) -> None:
    given = task(epochs=1000, time_limit=0.2)
    state = trained(given, tmp_path / "checkpoint")
    assert state.stopped == TIME_LIMIT
    assert 0.2 < state.seconds < 60
    assert len(state.history) < 1000
    assert len(trained(task(epochs=1000, time_limit=0.2), tmp_path / "checkpoint").history) == len(state.history)


@pytest.mark.parametrize("precision", ["fp32", "bf16"])
def test_a_loss_that_is_not_finite_says_where_and_what_to_try(tmp_path: Path, precision: str) -> None:
    file = tmp_path / "checkpoint"
    trained(task(epochs=1, precision=precision), file)
    good = file.read_bytes()
    given = task(learning_rate=1000.0, optimizer="sgd", schedule="constant", precision=precision)
    with pytest.raises(CatseyeError) as caught:
        trained(given, file)
    message = str(caught.value)
    assert "no longer finite at step" in message
    assert "learning rate 1e+03" in message
    assert "smaller learning rate" in message
    assert ("precision fp32" in message) == (precision == "bf16")
    assert len(message.splitlines()) == 2
    assert file.read_bytes() == good


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    trained(task(epochs=1), tmp_path / "checkpoint")
    with pytest.raises(CatseyeError, match="is not a checkpoint of this training"):
        trained(task(batch_norm=True), tmp_path / "checkpoint")


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"PK\x03\x04", b"\xff" * 100])
def test_a_file_that_is_not_a_checkpoint_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "checkpoint").write_bytes(content)
    with pytest.raises(CatseyeError, match="is not a checkpoint of this training"):
        trained(task(), tmp_path / "checkpoint")


def test_every_picture_is_seen_once_an_epoch_and_a_last_one_alone_waits() -> None:
    class Counting(MemoryPictures):
        def batch(self, indices: Any) -> Any:
            seen.append(np.asarray(indices).tolist())
            return super().batch(indices)

    seen: list[list[int]] = []
    given = task(epochs=1, batch_size=64)
    data = stripes(321)
    counted = Task(
        given.network, given.preprocess, given.recipe, Counting(data.images, data.labels, data.classes), None
    )
    state = trained(counted)
    assert [len(batch) for batch in seen] == [64] * 5  # 321 = 5 × 64 + 1
    assert len({index for batch in seen for index in batch}) == 320
    assert state.pictures == 320
    assert math.isfinite(state.history[0].train_loss)
    assert state.history[0].validation_loss is None


def test_pictures_in_files_train_like_pictures_in_memory(tmp_path: Path) -> None:
    from hashlib import sha256

    from PIL import Image

    from catseye.datasets import FilePictures

    data = stripes(100)
    paths = []
    for index in range(len(data)):
        paths.append(tmp_path / f"{index}.png")
        Image.fromarray(data.picture(index)[:, :, 0]).save(paths[-1])
    digests = tuple(sha256(path.read_bytes()).hexdigest() for path in paths)
    files = FilePictures(tuple(paths), digests, data.labels, data.classes, Preprocess(8, 8, 1))
    results = []
    for pictures in (data, files):
        given = task(epochs=2)
        source: Pictures = pictures
        one = Task(given.network, given.preprocess, given.recipe, source, None)
        trained(one)
        results.append(weights(one.network))
    assert results[0] == results[1]


MOMENTA = [0.9 * (1 - 0.5 * 0.96 ** (0.004 * step)) for step in (1, 2)]  # Dozat's warm-up


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_one_step_of_each_optimiser_by_hand(name: Optimizer) -> None:
    """One weight at 1, gradient 0.5, rate 0.1, decay 0.2; the formulas of the papers that the recipe names."""
    layer = nn.Linear(1, 1, bias=False)
    nn.init.ones_(layer.weight)
    (rule,) = build_optimizers(layer, Recipe(optimizer=name, learning_rate=0.1, weight_decay=0.2, momentum=0.0))
    layer.weight.grad = torch.full((1, 1), 0.5)
    rule.step()
    expected = {
        "sgd": 1 - 0.1 * (0.5 + 0.2),
        "rmsprop": 1 - 0.1 * 0.7 / math.sqrt(0.1 * 0.7**2),  # the mean square after one step is a tenth
        "adagrad": 1 - 0.1 * 0.7 / math.sqrt(0.1 + 0.7**2),  # the sum of squares begins at 0.1, as in Keras
        "adam": 1 - 0.1,  # both means are corrected to the gradient itself: a step of the rate
        # The momentum of the next step, 0.9 × (1 - 0.5 × 0.96^0.004t), for t = 1 and 2; the gradient is 0.7.
        "nadam": 1 - 0.1 * ((1 - MOMENTA[0]) / (1 - MOMENTA[0]) + MOMENTA[1] * 0.1 / (1 - MOMENTA[0] * MOMENTA[1])),
        "adamw": 1 * (1 - 0.1 * 0.2) - 0.1,
        "muon": 1 * (1 - 0.1 * 0.2) - 0.1,  # a last layer is AdamW's
    }
    assert layer.weight.item() == pytest.approx(expected[name], abs=1e-5)


@pytest.mark.parametrize("pictures", [40, 400])  # fewer than are timed, and more
def test_how_long_it_takes_is_said_once(
    pictures: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("catseye.training.display._MIN_ANNOUNCED", 0.0)
    given = replace(task(epochs=3), train=stripes(pictures))
    stopped = tmp_path / "stopped"

    def stop(state: TrainingState) -> None:
        if len(state.history) == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(given, stopped, stop)
    assert capsys.readouterr().err.count("3 epochs take about ") == 1
    fit(replace(task(epochs=3), train=stripes(pictures)), stopped, lambda _: None)
    assert capsys.readouterr().err.count("2 epochs take about ") == 1

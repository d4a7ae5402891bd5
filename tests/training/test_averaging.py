"""Averages of weights: by hand, against PyTorch's own, kept in checkpoints, and what is evaluated and saved."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.optim.swa_utils import AveragedModel, update_bn

from catseye.errors import CatseyeError
from catseye.inference.batched import compute_logits
from catseye.training.averaging import WeightAverage
from catseye.training.batches import Batches
from catseye.training.checkpoint import TrainingState, restore, save
from catseye.training.loop import TIME_LIMIT, Task, fit
from catseye.training.recipe import Recipe
from tests.training.test_loop import task, trained, weights

SWA = {"average": "swa", "epochs": 8, "schedule": "constant"}  # takes the weights after epochs 7 and 8
EMA = {"average": "ema", "schedule": "constant"}


class KilledError(Exception):
    pass


def epoch_weights(given: Task) -> list[dict[str, torch.Tensor]]:
    """Train, and return the weights that training goes on from, after each epoch."""
    after: list[dict[str, torch.Tensor]] = []
    fit(given, None, lambda _: after.append({n: v.clone() for n, v in given.network.state_dict().items()}))
    return after


def test_the_moving_average_is_the_mean_until_it_spans_its_length() -> None:
    """60 steps span 3: shares of 1, 1/2, 1/3, 1/3, … of the weights 1, 3, 5, 9, 0."""
    layer = nn.Linear(1, 1, bias=False)
    state = TrainingState()
    average = WeightAverage(layer, Recipe(average="ema"), state, steps=60)
    averages = []
    for weight in (1.0, 3.0, 5.0, 9.0, 0.0):
        nn.init.constant_(layer.weight, weight)
        average.take_step()
        averages.append(state.average["weight"].item())
    assert averages == pytest.approx([1, 2, 3, 5, 10 / 3])
    assert layer.weight.item() == 0


def test_statistics_are_averaged_like_weights_and_counters_are_copied() -> None:
    layer = nn.BatchNorm1d(1)
    state = TrainingState()
    average = WeightAverage(layer, Recipe(average="ema"), state, steps=60)
    for _ in range(2):
        average.take_step()
        layer(torch.tensor([[9.0], [11.0]]))  # mean 10: the running mean goes from 0 to 1 to 1.9
    average.take_step()
    assert state.average["running_mean"].item() == pytest.approx((0 + 1 + 1.9) / 3)
    assert state.average["num_batches_tracked"].item() == 2


@pytest.mark.slow
@pytest.mark.parametrize("changes", [{}, {"batch_norm": True, "dropout": 0.5, "shift": 1}], ids=str)
def test_stochastic_weight_averaging_is_pytorchs(changes: dict[str, Any]) -> None:
    given, other = task(**SWA, **changes), task(**SWA, **changes)
    judge = AveragedModel(other.network)
    for number, after in enumerate(epoch_weights(given)):
        if number >= 6:
            other.network.load_state_dict(after)
            judge.update_parameters(other.network)
    generator = torch.Generator().manual_seed(7)  # the last epoch's; the pass for the statistics comes after it
    batches = Batches(other.train, other.recipe, "cpu")
    list(batches.epoch(generator))
    _update_bn(judge, [other.preprocess.tensor(pixels) for pixels, _ in batches.epoch(generator)])
    found, expected = given.network.state_dict(), judge.module.state_dict()
    for name, value in expected.items():
        torch.testing.assert_close(found[name], value, rtol=1e-4, atol=1e-6)


def _update_bn(judge: AveragedModel, batches: list[torch.Tensor]) -> None:
    for layer in judge.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = 0.0  # update_bn sets the whole network to training; with dropout, statistics are others
    update_bn(batches, judge)


@pytest.mark.parametrize("changes", [EMA, SWA], ids=lambda changes: changes["average"])
def test_the_average_is_what_is_validated_and_kept(changes: dict[str, Any]) -> None:
    given = task(**changes, batch_norm=True)
    after: list[bytes] = []
    state = fit(given, None, lambda _: after.append(weights(given.network)))
    assert given.validation
    logits = compute_logits(given.network, given.preprocess, given.validation)
    loss = cross_entropy(logits, torch.from_numpy(given.validation.labels)).item()
    assert state.history[-1].validation_loss == pytest.approx(loss, abs=1e-7)
    assert weights(given.network) != after[-1]  # which training would have gone on from
    assert all(one != other for one, other in pairwise(after))


@pytest.mark.slow
@pytest.mark.parametrize("average", ["ema", "swa"])
def test_averaging_does_not_change_the_training_itself(average: str) -> None:
    changes = {"epochs": 6, "batch_norm": True, "dropout": 0.3}
    plain, averaged = epoch_weights(task(**changes)), epoch_weights(task(**changes, average=average))
    for one, other in zip(plain, averaged, strict=True):
        assert all(torch.equal(value, other[name]) for name, value in one.items())


@pytest.mark.slow
@pytest.mark.parametrize("killed_after", [2, 7])
@pytest.mark.parametrize(
    "changes",
    [
        EMA | {"epochs": 8},
        EMA | {"epochs": 8, "early_stopping": 7},
        EMA | {"epochs": 8, "optimizer": "sgd", "nesterov": True, "learning_rate": 0.05},
        SWA,
        SWA | {"optimizer": "nadam"},
        {"epochs": 8, "optimizer": "adagrad", "schedule": "exponential"},
        {"epochs": 8, "loss": "focal", "dropout": 0.5},
    ],
    ids=str,
)
def test_going_on_ends_in_the_same_weights(changes: dict[str, Any], killed_after: int, tmp_path: Path) -> None:
    def kill(state: TrainingState) -> None:
        if len(state.history) == killed_after:
            raise KilledError

    whole, broken, resumed = (task(**{"batch_norm": True, **changes}) for _ in range(3))
    trained(whole)
    with pytest.raises(KilledError):
        fit(broken, tmp_path / "checkpoint", kill)
    trained(resumed, tmp_path / "checkpoint")
    again = task(**{"batch_norm": True, **changes})
    fit(again, tmp_path / "checkpoint", lambda _: pytest.fail("an epoch was trained"))
    assert weights(whole.network) == weights(resumed.network) == weights(again.network)


def test_early_stopping_keeps_the_best_average() -> None:
    changes = EMA | {"learning_rate": 0.01, "early_stopping": 2}
    given = task(**changes, epochs=40)
    state = trained(given)
    losses = [epoch.validation_loss for epoch in state.history]
    assert given.validation
    logits = compute_logits(given.network, given.preprocess, given.validation)
    best = cross_entropy(logits, torch.from_numpy(given.validation.labels)).item()
    assert best == pytest.approx(min(loss for loss in losses if loss is not None), abs=1e-7)
    assert len(losses) < 40


def test_layers_are_left_as_they_were() -> None:
    given = task(**SWA, batch_norm=True, dropout=0.2)
    trained(given)
    momenta = {layer.momentum for layer in given.network.modules() if isinstance(layer, nn.BatchNorm2d)}
    assert momenta == {0.1}
    assert all(layer.training for layer in given.network.modules())


def test_frozen_statistics_stay_as_they_are() -> None:
    given = task(**SWA, batch_norm=True, frozen_statistics=True)
    trained(given)
    statistics = [v for n, v in given.network.state_dict().items() if n.endswith("running_mean")]
    assert statistics
    assert all(not value.any() for value in statistics)


def test_a_training_that_ends_before_the_average_begins_says_so(tmp_path: Path) -> None:
    given = task(average="swa", epochs=1000, time_limit=0.2)
    state = trained(given, tmp_path / "checkpoint")
    assert state.stopped == f"{TIME_LIMIT}, before the averaging of weights began"
    again = trained(task(average="swa", epochs=1000, time_limit=0.2), tmp_path / "checkpoint")
    assert again.stopped == state.stopped


def test_an_average_of_another_network_is_refused(tmp_path: Path) -> None:
    given = task(**EMA, epochs=1)
    state = trained(given, tmp_path / "checkpoint")
    state.average.popitem()
    save(tmp_path / "checkpoint", given.network, [], state)
    with pytest.raises(CatseyeError, match="its average is of other weights"):
        restore(tmp_path / "checkpoint", given.network, [])

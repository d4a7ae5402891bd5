"""Losses: by hand, against Keras's formulas, and what is said about a function that is none."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from catseye.errors import CatseyeError, UsageError
from catseye.training.choices import is_own_loss, loss_title, own_loss_name
from catseye.training.loop import Task
from catseye.training.losses import OwnLoss, build_loss, read_loss
from catseye.training.recipe import Recipe
from tests.training.test_loop import task, trained

# Probabilities 3/4 and 1/4, then 1/2 and 1/2; the classes are 0 and 1.
LOGITS = torch.tensor([[math.log(3.0), 0.0], [0.0, 0.0]])
LABELS = torch.tensor([0, 1])


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("cross_entropy", (math.log(4 / 3) + math.log(2)) / 2),
        ("focal", (math.log(4 / 3) / 16 + math.log(2) / 4) / 2),  # times (1 - p)²
        ("mean_squared_error", ((1 / 16 + 1 / 16) / 2 + (1 / 4 + 1 / 4) / 2) / 2),
    ],
)
def test_losses_by_hand(loss: Any, expected: float) -> None:
    compute = build_loss(Recipe(loss=loss, label_smoothing=0.0), None)
    assert compute(LOGITS, LABELS).item() == pytest.approx(expected)


@pytest.mark.parametrize("loss", ["cross_entropy", "focal", "mean_squared_error"])
def test_smoothed_labels_are_targets_of_every_loss(loss: Any) -> None:
    """As Keras smooths them: (1 - 0.2) of 1 for the class, and 0.2 / 4 for each of the four classes."""
    generator = np.random.default_rng(0)
    logits, labels = generator.normal(0, 3, (50, 4)), generator.integers(0, 4, 50)
    shares = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    targets = np.eye(4)[labels] * 0.8 + 0.05
    expected = {
        "cross_entropy": -(targets * np.log(shares)).sum(1).mean(),
        "focal": -(targets * (1 - shares) ** 2 * np.log(shares)).sum(1).mean(),
        "mean_squared_error": ((shares - targets) ** 2).mean(),
    }
    recipe = Recipe(loss=loss, label_smoothing=0.2)
    given = torch.from_numpy(logits), torch.from_numpy(labels)
    assert build_loss(recipe, None)(*given).item() == pytest.approx(expected[loss], rel=1e-5)
    plain = build_loss(Recipe(loss=loss, label_smoothing=0.0), None)(*given).item()
    assert build_loss(recipe, None, smoothing=False)(*given).item() == pytest.approx(plain)


@pytest.mark.parametrize("loss", ["focal", "mean_squared_error"])
def test_logits_far_apart_have_a_finite_loss_and_gradient(loss: Any) -> None:
    logits = torch.tensor([[1e4, -1e4], [-1e4, 1e4]], requires_grad=True)
    value = build_loss(Recipe(loss=loss), None)(logits, torch.tensor([0, 0]))
    value.backward()  # type: ignore[no-untyped-call]
    assert value.isfinite()
    assert logits.grad is not None
    assert logits.grad.isfinite().all()


@pytest.mark.parametrize("changes", [{"loss": "focal"}, {"loss": "mean_squared_error", "learning_rate": 0.01}], ids=str)
@pytest.mark.parametrize("precision", ["fp32", pytest.param("bf16", marks=pytest.mark.slow)])
def test_every_loss_learns_and_the_history_says_which_it_is(changes: dict[str, Any], precision: str) -> None:
    state = trained(task(**changes, precision=precision))
    assert state.history[-1].validation_accuracy == 1.0
    assert {epoch.loss_name for epoch in state.history} == {changes["loss"]}


def by_hand(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    return -logits.log_softmax(1)[torch.arange(len(labels)), labels].mean()


def test_a_function_of_ones_own_trains_like_the_loss_that_it_is() -> None:
    named, own = task(label_smoothing=0.0), with_loss(task(label_smoothing=0.0), OwnLoss(by_hand))
    first, second = trained(named).history[-1], trained(own).history[-1]
    assert second.validation_loss == pytest.approx(first.validation_loss, abs=1e-3)
    assert second.loss_name == "python:by_hand"


def with_loss(given: Task, own: OwnLoss) -> Task:
    recipe = given.recipe.with_changes({"loss": own.recipe_name})
    return replace(given, recipe=recipe, own_loss=own)


def test_a_function_may_write_into_what_it_is_given() -> None:
    def careless(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        loss = by_hand(logits, labels)
        labels.zero_()
        logits.mul_(0)
        return loss

    logits, labels = LOGITS.clone().requires_grad_(), LABELS.clone()
    assert OwnLoss(careless)(logits, labels).item() == pytest.approx(by_hand(LOGITS, LABELS).item())
    assert torch.equal(logits, LOGITS)
    assert torch.equal(labels, LABELS)


def failing(*_: torch.Tensor) -> torch.Tensor:
    raise KeyError("no such weight\nsecond line")


@pytest.mark.parametrize(
    ("loss", "says"),
    [
        (failing, r"the loss failing failed on logits \(6, 3\) and labels \(6,\) with KeyError: 'no such weight"),
        (lambda logits: logits.mean(), "the loss lambda failed on .* with TypeError: .*positional argument"),
        (lambda logits, _: logits.mean(1), r"must return a scalar tensor .* got a tensor of shape \(6,\) for"),
        (lambda logits, _: logits.mean().item(), "must return a scalar tensor .* got -?0"),
        (lambda *_: None, "must return a scalar tensor .* got None"),
        (
            lambda logits, labels: (logits.argmax(1) == labels).float().mean(),
            "cannot differentiate with respect to the logits",
        ),
        (lambda logits, _: logits.detach().mean(), "cannot differentiate with respect to the logits"),
        (lambda _, labels: labels.sum(), "must return a scalar tensor"),
        (lambda logits, _: logits.mean() * math.inf, "must return a finite loss; got .* value -?inf"),
        (nn.CrossEntropyLoss(weight=torch.ones(7)), "the loss CrossEntropyLoss failed on .* with RuntimeError: weight"),
        (
            nn.CrossEntropyLoss(reduction="none"),
            r"the loss CrossEntropyLoss must return .* got a tensor of shape \(6,\)",
        ),
    ],
)
def test_what_is_wrong_with_a_function_is_said_before_training_and_in_a_line(loss: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        OwnLoss(loss).try_out(torch.tensor([0, 1, 2, 0, 1, 2]), 3, 32)
    assert len(str(caught.value).splitlines()) == 1


def test_a_function_that_fails_later_is_named() -> None:
    calls = []

    def tired(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        calls.append(len(labels))
        return by_hand(logits, labels) * (math.nan if len(calls) > 3 else 1)

    with pytest.raises(CatseyeError, match=r"the loss .*tired was no longer finite at step 4 \(epoch 1"):
        trained(with_loss(task(label_smoothing=0.0), OwnLoss(tired)))


def test_trying_a_function_out_leaves_the_random_numbers_alone() -> None:
    def noisy(logits: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        return (logits + torch.randn_like(logits)).mean()

    before = torch.random.get_rng_state()
    OwnLoss(noisy).try_out(torch.zeros(4, dtype=torch.long), 2, 32)
    assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize(
    ("loss", "name"),
    [
        (by_hand, "by_hand"),
        (nn.CrossEntropyLoss(), "CrossEntropyLoss"),
        (partial(partial(by_hand)), "by_hand"),
        (OwnLoss(by_hand).__call__, "OwnLoss.__call__"),
    ],
)
def test_functions_have_names(loss: Any, name: str) -> None:
    stored, own = read_loss(loss)
    assert own is not None
    assert stored is not None
    assert is_own_loss(stored)
    assert own_loss_name(stored) == loss_title(stored) == name


def test_a_function_without_a_name_is_not_called_by_where_it_was_written() -> None:
    stored, _ = read_loss(lambda logits, labels: by_hand(logits, labels))
    assert stored is not None
    assert (own_loss_name(stored), loss_title(stored)) == ("lambda", "loss (own function)")


@pytest.mark.parametrize(
    ("loss", "says"),
    [(3, "a name or a function"), (nn.CrossEntropyLoss, r"not a class; give an instance: CrossEntropyLoss\(\)")],
)
def test_what_is_neither_name_nor_function(loss: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read_loss(loss)


@pytest.mark.parametrize(
    "name", ["python:", "python:a b", "python:\x1b[31m", "python:" + "x" * 81, "python:é", "hinge"]
)
def test_a_recipe_holds_only_names(name: str) -> None:
    with pytest.raises(UsageError, match="loss must be cross_entropy, focal or mean_squared_error; got"):
        Recipe().with_changes({"loss": name, "label_smoothing": 0.0})

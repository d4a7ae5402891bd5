"""Metrics of the caller's own: what they are given, and what is said if they are not."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score

from catseye.errors import UsageError
from catseye.training.display import _line
from catseye.training.metrics import Metrics, read_metrics
from tests.training.test_loop import task, trained

LOGITS, LABELS = np.array([[2.0, 1.0], [0.0, 3.0], [1.0, 0.0]], np.float32), np.array([0, 1, 1])


def f1(logits: torch.Tensor, labels: torch.Tensor) -> float:
    return float(f1_score(labels.numpy(), logits.argmax(1).numpy()))


def test_they_are_measured_on_logits_and_labels_whatever_made_these() -> None:
    metrics = read_metrics({"F1": f1, "largest": lambda logits, _: logits.max(), "n": lambda _, labels: len(labels)})
    with torch.inference_mode():
        inferred = torch.from_numpy(LOGITS) + 0
    for logits in (LOGITS, torch.from_numpy(LOGITS), inferred):
        assert metrics.measure(logits, LABELS) == {"F1": pytest.approx(2 / 3), "largest": 3.0, "n": 3.0}


def test_they_may_write_into_what_they_are_given() -> None:
    def careless(logits: torch.Tensor, _: torch.Tensor) -> float:
        logits.zero_()
        return 0.0

    given = torch.from_numpy(LOGITS.copy())
    assert Metrics({"careless": careless, "F1": f1}).measure(given, LABELS)["F1"] == pytest.approx(2 / 3)
    assert given.sum() == LOGITS.sum()


def test_every_epoch_has_them_and_its_line_shows_them() -> None:
    given = replace(task(epochs=2), metrics=Metrics({"F1": f1}))
    history = trained(given).history
    assert [list(epoch.metrics) for epoch in history] == [["F1"], ["F1"]]
    assert history[-1].metrics["F1"] > 0.9
    assert f"  F1 {history[-1].metrics['F1']:.4g}  " in _line(history[-1], 2)


def test_without_validation_pictures_epochs_have_none() -> None:
    given = replace(task(epochs=1), metrics=Metrics({"F1": f1}), validation=None)
    assert trained(given).history[0].metrics == {}


def failing(*_: torch.Tensor) -> float:
    raise ValueError


@pytest.mark.parametrize(
    ("metric", "says"),
    [
        (failing, r"the metric m failed on logits \(3, 2\) and labels \(3,\) with ValueError"),
        (lambda *_: math.nan, "the metric m must return a finite number; got nan"),
        (lambda *_: torch.tensor(math.inf), "must return a finite number; got a tensor .* value inf"),
        (lambda logits, _: logits.mean(1), r"must return a finite number; got a tensor of shape \(3,\)"),
        (lambda *_: "good", "must return a finite number; got 'good'"),
        (lambda *_: True, "must return a finite number; got True"),
        (lambda *_: np.ones(2), "must return a finite number; got ndarray"),
        (lambda *_: None, "must return a finite number; got None"),
    ],
)
def test_what_is_wrong_with_a_metric_is_said_in_a_line(metric: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        Metrics({"m": metric}).try_out(torch.tensor([0, 1, 0]), 2)


@pytest.mark.parametrize(
    ("metrics", "says"),
    [
        (f1, "metrics must be a mapping of names to functions"),
        ([f1], "metrics must be a mapping of names to functions"),
        ({"loss": f1}, "a metric's name must be text .* not loss or accuracy"),
        ({"": f1}, "a metric's name must be text"),
        ({"a\nb": f1}, "a metric's name must be text"),
        ({"x" * 41: f1}, "a metric's name must be text"),
        ({1: f1}, "a metric's name must be text .* got 1"),
        ({"F1": 0.5}, "the metric F1 must be a function of logits and labels; got 0.5"),
        ({"F1": torch.nn.L1Loss}, "the metric F1 must be a function of logits and labels; got the class L1Loss"),
        ({f"m{number}": f1 for number in range(9)}, "metrics must be at most 8; got 9"),
    ],
)
def test_metrics_are_functions_by_name(metrics: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        read_metrics(metrics)


def test_a_metric_is_tried_out_on_labels_of_all_classes() -> None:
    """As one of scikit-learn's would fail without: pictures often lie class by class."""
    seen: list[int] = []

    def classes(_: torch.Tensor, labels: torch.Tensor) -> int:
        seen.append(len(set(labels.tolist())))
        return seen[-1]

    Metrics({"classes": classes}).try_out(torch.arange(10).repeat_interleave(1000), 10)
    assert seen == [10]

"""The result of a run: one shape for training and transfer, the same from JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from catseye.attacks.projected_gradient_descent import Attack
from catseye.insight.robustness.robustness import Check, Robustness, Share
from catseye.runs.result import Result
from tests.runs.results import TRAINED, TRANSFERRED

ROBUSTNESS = Robustness(
    Share(0.0, 90, 100),
    (Share(0.1, 60, 100), Share(0.2, 30, 100)),
    Attack(0.2, steps=40, restarts=6),
    (Check("gradients", True, "they help"),),
    0.1,
    {"blur": (Share(1, 80, 100),)},
)


@pytest.mark.parametrize("result", [TRAINED, TRANSFERRED, replace(TRAINED, robustness=ROBUSTNESS, test=None)])
def test_a_result_comes_back_from_json_as_it_was(result: Result) -> None:
    assert Result.from_json(json.loads(json.dumps(result.to_json()))) == result


def test_training_and_transfer_have_the_same_shape() -> None:
    trained, transferred = TRAINED.to_json(), TRANSFERRED.to_json()
    assert list(trained) == list(transferred)
    for name in ("seconds", "train", "test", "data"):
        assert list(trained[name]) == list(transferred[name])
    assert {name for name in trained if trained[name] is None} == {
        *("backbone", "features", "head", "fine_tuning", "search", "robustness", "update"),
    }


def test_scores_are_attributes_and_json_objects() -> None:
    assert TRAINED.test
    assert TRAINED.test.accuracy == TRAINED.to_json()["test"]["accuracy"] == 340 / 359
    assert TRAINED.to_json()["test"]["accuracy_interval"] == list(TRAINED.test.accuracy_interval)


@pytest.mark.parametrize("missing", ["seconds", "backbone", "recipe"])
def test_a_result_with_a_field_missing_is_refused(missing: str) -> None:
    values = TRAINED.to_json()
    del values[missing]
    with pytest.raises((KeyError, TypeError)):
        Result.from_json(values)

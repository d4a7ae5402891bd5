"""Accuracy under attack falls with epsilon, and an attack that only seems to fail is found out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn

import catseye
from catseye.errors import UsageError
from catseye.images.corruptions import CORRUPTIONS
from catseye.insight.robustness.robustness import measure_robustness

if TYPE_CHECKING:
    from catseye.insight.robustness.robustness import Robustness
    from catseye.runs.run import Run


pytestmark = pytest.mark.slow  # a network is attacked again and again


@pytest.fixture(scope="module")
def found(digits_run: Run) -> Robustness:
    return measure_robustness(
        digits_run.classifier, catseye.load("digits", split="test"), [0.2, 0.05, 0.1], examples=100
    )


def test_accuracy_only_falls_as_epsilon_rises(found: Robustness) -> None:
    assert [share.at for share in found.attacked] == [0.05, 0.1, 0.2]
    shares = [found.clean.right, *(share.right for share in found.attacked)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 80
    assert shares[-1] < 20


def test_every_check_holds_for_an_ordinary_network(found: Robustness) -> None:
    assert [check.name for check in found.checks if not check.held] == []
    assert len(found.checks) == 4


def test_corruptions_are_measured_on_the_same_pictures(found: Robustness) -> None:
    assert set(found.corrupted) == set(CORRUPTIONS)
    for shares in found.corrupted.values():
        assert [(share.at, share.examples) for share in shares] == [(s, 100) for s in range(1, 6)]


class Rounded(nn.Module):
    """Hides the gradient: answers only in whole steps, which seems robust to whoever follows it."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        answers: torch.Tensor = self.network(pictures)
        return (answers * 50).round() / 50 + 0 * answers


def test_a_network_that_only_hides_its_gradient_is_found_out(digits_run: Run) -> None:
    masked = replace(digits_run.classifier, network=Rounded(digits_run.classifier.network))
    found = measure_robustness(masked, catseye.load("digits", split="test"), [0.1], examples=60)
    failed = [check.name for check in found.checks if not check.held]
    assert "a search without the gradient does no better" in failed
    assert "a change without bounds breaks every picture" in failed


def test_the_same_seed_measures_the_same(digits_run: Run) -> None:
    test = catseye.load("digits", split="test")
    first, again = (
        measure_robustness(digits_run.classifier, test, [0.1], examples=30, seed=3).to_json() for _ in range(2)
    )
    assert first == again


@pytest.mark.parametrize(("epsilons", "examples"), [([], 10), ([0.0], 10), ([1.1], 10), ([0.1], 0)])
def test_what_makes_no_sense_is_refused(digits_run: Run, epsilons: list[float], examples: int) -> None:
    with pytest.raises(UsageError):
        measure_robustness(digits_run.classifier, catseye.load("digits", split="test"), epsilons, examples=examples)

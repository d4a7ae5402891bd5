"""Training pictures that are attacked stay within their bounds and make the network robust."""

from __future__ import annotations

import pytest
import torch

import catseye
from catseye.attacks.adversarial_training import perturb_training_batch
from catseye.errors import UsageError
from catseye.insight.robustness.robustness import measure_robustness
from catseye.training.recipe import Recipe


def linear(pictures: torch.Tensor) -> torch.Tensor:
    answer = pictures.flatten(1) @ torch.tensor([1.0, -2.0, 0.0, 4.0]) / 255
    return torch.stack((answer, torch.zeros_like(answer)), 1)


def test_against_a_linear_network_every_value_goes_as_far_as_it_may() -> None:
    torch.manual_seed(0)
    pictures = torch.full((3, 1, 2, 2), 100, dtype=torch.uint8)
    change = perturb_training_batch(linear, pictures, torch.zeros(3, dtype=torch.long), 10 / 255, 5) - pictures
    for row in change.flatten(1).tolist():
        assert row[0] == pytest.approx(-10, abs=1e-4)
        assert row[1] == pytest.approx(10, abs=1e-4)
        assert abs(row[2]) <= 10  # of no weight: where it began
        assert row[3] == pytest.approx(-10, abs=1e-4)


def test_no_value_leaves_the_range_of_a_picture() -> None:
    pictures = torch.tensor([0, 255, 3, 250], dtype=torch.uint8).view(1, 1, 2, 2)
    changed = perturb_training_batch(linear, pictures, torch.tensor([1]), 0.3, 3)
    assert changed.min() >= 0
    assert changed.max() <= 255


@pytest.mark.slow
def test_digits_trained_under_attack_withstand_it_better() -> None:
    digits = catseye.load("digits")
    usual = catseye.train(digits, epochs=3)
    assert usual.result.robustness is None
    before = measure_robustness(usual.classifier, digits["test"], [0.1], examples=100).attacked[0]
    robustness = catseye.train(digits, epochs=3, adversarial=0.1).result.robustness
    assert robustness
    after = robustness.attacked[-1]
    assert after.at == pytest.approx(before.at) == pytest.approx(0.1)
    assert after.accuracy > before.accuracy + 0.2


@pytest.mark.parametrize("epsilon", [-0.1, 1.5, float("nan")])
def test_an_epsilon_out_of_range_is_refused(epsilon: float) -> None:
    with pytest.raises(UsageError, match="adversarial"):
        Recipe(adversarial=epsilon)

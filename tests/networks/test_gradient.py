"""Where no gradient reaches the picture, whatever needs one says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch import nn

import catseye
from catseye.attacks.adversarial_training import perturb_training_batch
from catseye.errors import UsageError
from catseye.networks.gradient import compute_gradient, compute_gradients

if TYPE_CHECKING:
    from catseye.runs.run import Run

CUT_OFF = "no gradient of the network's logits reaches its input"


class Frozen(nn.Module):
    """A backbone that is run without gradients, and a dense layer that learns."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.dense = nn.Conv2d(1, 4, 3), nn.Linear(4 * 36, 10)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            maps = self.conv(pictures).relu()
        logits: torch.Tensor = self.dense(maps.flatten(1))
        return logits


@pytest.fixture(scope="module")
def run() -> Run:
    return catseye.train("digits", Frozen(), epochs=1)


def test_gradients_of_several_tensors() -> None:
    first, second = (torch.tensor([value], requires_grad=True) for value in (2.0, 3.0))
    found = compute_gradients((first * first * second).sum(), [first, second])
    assert [float(gradient) for gradient in found] == [12.0, 4.0]
    with pytest.raises(UsageError, match=CUT_OFF):
        compute_gradient(first.sum(), second)
    with pytest.raises(UsageError, match=CUT_OFF):
        compute_gradient(first.sum(), torch.ones(1))


@pytest.mark.parametrize("methods", ["integrated_gradients", "smooth_grad", "grad_cam"])
def test_explanations_by_gradient_are_refused(run: Run, methods: str) -> None:
    with pytest.raises(UsageError, match=f"{CUT_OFF}.*occlusion"):
        catseye.explain(run, np.eye(8, dtype=np.uint8) * 255, methods=methods)


def test_of_all_explanations_those_without_a_gradient_remain(run: Run) -> None:
    explanation = catseye.explain(run, np.eye(8, dtype=np.uint8) * 255, methods="all")
    assert [each.attribution.method for each in explanation.maps] == ["occlusion"]
    (note,) = explanation.notes
    assert note.startswith("left out (Grad-CAM, ")
    assert CUT_OFF in note


def test_ideal_pictures_and_hierarchies_are_refused(run: Run) -> None:
    with pytest.raises(UsageError, match=CUT_OFF):
        catseye.ideal(run, "3", steps=2)
    with pytest.raises(UsageError, match=CUT_OFF):
        catseye.ideal(run, channel="conv:1", steps=2)
    with pytest.raises(UsageError, match=CUT_OFF):
        catseye.hierarchy(run, "digits", class_name="3", steps=2)


def test_adversarial_training_is_refused() -> None:
    with pytest.raises(UsageError, match=f"{CUT_OFF}.*train without it"):
        perturb_training_batch(Frozen(), torch.zeros(2, 1, 8, 8, dtype=torch.uint8), torch.zeros(2).long(), 0.1, 2)
    with pytest.raises(UsageError, match=CUT_OFF):
        catseye.train("digits", Frozen(), epochs=1, adversarial=0.1)

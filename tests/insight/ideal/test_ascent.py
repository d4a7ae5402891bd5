"""Gradient ascent reaches its target, takes the steps requested, and repeats itself with a seed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch import nn

from catseye.classifier.classifier import Classifier
from catseye.errors import CatseyeError, UsageError
from catseye.insight.ideal.ascent import find_ideal
from catseye.insight.ideal.recipe import ideal_recipe
from catseye.insight.ideal.target import channel_target, class_target

if TYPE_CHECKING:
    from catseye.runs.run import Run


@pytest.fixture(scope="module")
def lite() -> Classifier:
    return Classifier.pretrained("efficientnet_lite0")


@pytest.mark.slow
@pytest.mark.parametrize("number", range(10))
def test_a_small_grey_network_gets_its_digit(digits_run: Run, number: int) -> None:
    classifier = digits_run.classifier
    found = find_ideal(classifier, class_target(classifier, number))
    assert found.picture.shape == (8, 8, 1)
    assert found.score.response >= 0.99
    assert classifier.predict([found.picture])[0].class_name == str(number)
    assert found.snapshots[0].step == 0
    assert found.steps == found.snapshots[-1].step


@pytest.mark.slow
def test_more_variation_weight_means_less_variation(digits_run: Run) -> None:
    classifier = digits_run.classifier
    target = class_target(classifier, 3)
    recipes = [ideal_recipe(classifier.preprocess, weight) for weight in (0, 0.3, 3, 30, 300)]
    variations = [find_ideal(classifier, target, recipe, steps=60).score.total_variation for recipe in recipes]
    assert variations == sorted(variations, reverse=True)
    assert variations[0] > 2 * variations[-1]


def test_a_seed_makes_the_same_picture_again_and_another_seed_another(digits_run: Run) -> None:
    target = class_target(digits_run.classifier, 3)
    first, again, other = (find_ideal(digits_run.classifier, target, steps=5, seed=seed).picture for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_exactly_as_many_steps_as_asked_and_each_told(digits_run: Run) -> None:
    told: list[int] = []
    found = find_ideal(digits_run.classifier, class_target(digits_run.classifier, 3), steps=1, advance=told.append)
    assert (found.steps, told) == (1, [1])
    with pytest.raises(UsageError, match="at least 1; got 0"):
        find_ideal(digits_run.classifier, class_target(digits_run.classifier, 3), steps=0)


@pytest.mark.slow
def test_a_backbone_is_sure_of_a_picture_that_survives_wear_and_is_left_as_it_was(lite: Classifier) -> None:
    before = {name: value.clone() for name, value in lite.network.state_dict().items()}
    found = find_ideal(lite, class_target(lite, "daisy"), steps=32)
    assert found.picture.shape == (224, 224, 3)
    assert found.score.response > 0.9
    assert found.score.perturbed_response > 0.5
    assert all(torch.equal(value, before[name]) for name, value in lite.network.state_dict().items())
    assert all(weight.requires_grad for weight in lite.network.parameters())
    assert not any(layer._forward_pre_hooks for layer in lite.network.modules())


@pytest.mark.slow
def test_a_channel_responds_more_than_at_the_start(lite: Classifier) -> None:
    found = find_ideal(lite, channel_target(lite, "stage4:7"), steps=12)
    assert found.target.quantity == "activation"
    assert found.score.response > 0
    assert found.score.response > found.snapshots[0].response + 0.5


def test_outputs_that_are_not_finite_are_an_error(digits_run: Run) -> None:
    classifier = digits_run.classifier
    dense = nn.Linear(64, 10)
    nn.init.constant_(dense.bias, float("nan"))
    broken = nn.Sequential(nn.Flatten(), dense)
    with pytest.raises(CatseyeError, match="not finite"):
        find_ideal(replace(classifier, network=broken), class_target(classifier, 3), steps=2)

"""Channels that an activation silences, and those that see a part of the picture only."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from catseye.classifier.classifier import Classifier
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.insight.ideal.figure import draw_ideals, shortfall
from catseye.insight.ideal.ideals import choose_targets, find_ideals
from catseye.insight.ideal.target import ascended_layer, channel_target
from catseye.networks.layers import before_activations

SIDE = 12


def own(*modules: tuple[str, nn.Module]) -> Classifier:
    network = nn.Sequential()
    for name, module in modules:
        network.add_module(name, module)
    network.eval()
    preprocess = Preprocess(SIDE, SIDE, 1, (0.0,), (1.0,))
    return Classifier(network, "own", {}, preprocess, ("a", "b"), Calibration(), {})


def convolution(inside: int, outside: int, side: int, weight: float, bias: float) -> nn.Conv2d:
    layer = nn.Conv2d(inside, outside, side)
    assert layer.bias is not None
    nn.init.constant_(layer.weight, weight)
    nn.init.constant_(layer.bias, bias)
    return layer


def tail(size: int) -> tuple[tuple[str, nn.Module], ...]:
    return ("flatten", nn.Flatten()), ("dense", nn.Linear(size, 4)), ("relu9", nn.ReLU()), ("last", nn.Linear(4, 2))


@pytest.mark.slow
def test_a_channel_that_is_silent_on_grey_is_found_and_told_after_its_activation() -> None:
    """Of 9 white pixels, 9 · 1 − 8 = 1 is above 0; of 9 grey ones, 4.5 − 8 is not. With −10 nothing is."""
    classifier = own(("conv1", convolution(1, 1, 3, 1.0, -8.0)), ("relu1", nn.ReLU()), *tail(100))
    made = find_ideals(classifier, choose_targets(classifier, (), ["relu1:0", "conv1:0"])).pictures
    assert [one.score.response for one in made] == pytest.approx([1, 1])
    assert made[0].seen(made[0].picture).tolist() == [[[255]] * 3] * 3
    assert made[0].picture.shape == (SIDE, SIDE, 1)
    assert [one.target.name for one in made] == ["relu1:0", "conv1:0"]
    silent = own(("conv1", convolution(1, 1, 3, 1.0, -10.0)), ("relu1", nn.ReLU()), *tail(100))
    (failed,) = find_ideals(silent, choose_targets(silent, (), ["relu1:0"]), steps=2).pictures
    assert (failed.score.response, failed.reached) == (0, False)
    assert "relu1:0 responds to no picture" in shortfall(failed)
    searched = replace(failed, made="ascent")
    assert "no picture was found to which relu1:0 responds more than 0" in shortfall(searched)
    for shown in ([failed], [searched], [made[0], failed]):
        words = " ".join(text.get_text() for text in draw_ideals(shown).axes[0].texts).replace("\n", " ")
        assert "NOT FOUND" in words
        assert "NOT FOUND: response 0" in words


@pytest.mark.slow
def test_an_activation_before_that_is_cut_off_everywhere_is_passed() -> None:
    """A first ReLU is 0 on grey (−8 + 4.5): nothing behind it has a gradient until it is passed. White gives 1 · 2."""
    classifier = own(
        ("conv1", convolution(1, 1, 3, 1.0, -8.0)),
        ("relu1", nn.ReLU(inplace=True)),
        ("conv2", convolution(1, 1, 8, 2.0 / 64, 0.0)),
        ("relu2", nn.ReLU()),
        *tail(9),
    )
    before = {name: value.clone() for name, value in classifier.network.state_dict().items()}
    (made,) = find_ideals(classifier, choose_targets(classifier, (), ["relu2:0"])).pictures
    assert made.reached
    assert 0 < made.score.response <= 2 + 1e-5
    relu = classifier.network.get_submodule("relu1")
    assert isinstance(relu, nn.ReLU)
    assert relu.inplace  # the classifier's own network is as it was
    assert not relu._forward_hooks
    assert all(torch.equal(value, before[name]) for name, value in classifier.network.state_dict().items())


def test_channels_of_dense_layers_ascend_before_their_activation_too() -> None:
    classifier = own(("conv1", convolution(1, 1, 3, 1.0, -8.0)), ("relu1", nn.ReLU()), *tail(100))
    assert ascended_layer(classifier, "relu9") == "dense"
    assert ascended_layer(classifier, "dense") == "dense"
    assert ascended_layer(classifier, "flatten") == "flatten"
    target = channel_target(classifier, "relu9:3")
    assert target.objective.layers == {"dense"}
    assert target.response(np.zeros((SIDE, SIDE, 1), np.uint8)) >= 0  # the response itself is relu9's


def test_weights_that_are_asked_for_are_kept() -> None:
    classifier = own(("conv1", convolution(1, 1, 3, 1.0, -8.0)), ("relu1", nn.ReLU()), *tail(100))
    targets = choose_targets(classifier, (), ["relu1:0"])
    (smooth,) = find_ideals(classifier, targets, variation=7.0, steps=2).pictures
    assert (smooth.made, smooth.recipe.variation) == ("ascent", 7.0)


@pytest.mark.slow
def test_inside_a_backbone_the_normalisation_before_an_activation_is_known() -> None:
    lite = Classifier.pretrained("efficientnet_lite0")
    before = before_activations(lite.network, lite.preprocess.shape)
    assert before["stem"] == "bn1"
    assert before["blocks.4.2.act2"] == "blocks.4.2.bn2"
    assert ascended_layer(lite, "stage4") == "stage4"  # which ends in a normalisation


@pytest.mark.slow
def test_a_channel_that_answers_nothing_but_parts_gets_its_picture() -> None:
    """Its mean stays at 3, as on grey, where the activation before it is 0; in photographs it has up to 4.7."""
    lite = Classifier.pretrained("efficientnet_lite0")
    (made,) = find_ideals(lite, choose_targets(lite, (), ["blocks.4.2.act2:435"]), steps=32).pictures
    assert made.target.pooled == "largest"
    assert made.score.response > 4.7

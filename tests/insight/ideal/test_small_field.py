"""Ideal pictures of small fields, against those worked out by hand and against real patches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from torch import nn

import catseye
from catseye.classifier.classifier import Classifier
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.insight.hierarchy.figure import table_rows
from catseye.insight.ideal.channel_ideals import make_channel_ideals
from catseye.insight.ideal.small_field import SeenPatch, SmallField
from catseye.insight.maps.positions import Positions

if TYPE_CHECKING:
    from catseye.runs.run import Run

WEIGHTS = [[1.0, -2.0, 0.5], [0.0, 3.0, -1.0], [-4.0, 0.25, 2.0]]
SIDE = 9


def one_channel(*, squared: bool = False) -> Classifier:
    """Return a network with one 3×3 convolution; ``squared``, its ReLU goes into a second one of 1×1."""
    network = nn.Sequential()
    first, second, dense = nn.Conv2d(1, 1, 3, padding=1), nn.Conv2d(1, 1, 1), nn.Linear(SIDE**2, 2)
    with torch.no_grad():
        first.weight[:] = torch.tensor(WEIGHTS)
        nn.init.constant_(_bias(first), 0.5)
        second.weight[:] = 2.0
        nn.init.zeros_(_bias(second))
    for name, module in (("conv1", first), ("relu1", nn.ReLU())):
        network.add_module(name, module)
    if squared:
        network.add_module("conv2", second)
    network.add_module("flatten", nn.Flatten())
    network.add_module("dense", dense)
    return Classifier(
        network.eval(), "own", {}, Preprocess(SIDE, SIDE, 1, (0.4,), (0.5,)), ("a", "b"), Calibration(), {}
    )


def _bias(layer: nn.Conv2d) -> torch.Tensor:
    assert layer.bias is not None
    return layer.bias


def positions() -> Positions:
    return Positions((-1.0, -1.0), (1.0, 1.0), (3.0, 3.0), (SIDE, SIDE), (SIDE, SIDE), exact=True)


def test_of_a_first_convolution_it_is_black_and_white_by_the_signs_of_the_weights() -> None:
    """Normalised, white is 1.2 and black −0.8: 6.75 · 1.2 + 7 · 0.8 + 0.5 = 14.2."""
    black = SeenPatch(np.zeros((1, SIDE, SIDE), np.uint8), (3.0, 3.0), 0.0)
    (made,) = make_channel_ideals(one_channel(), "relu1", {0: black}, 1, 0)
    assert (made.target.name, made.made, made.reached) == ("relu1:0", "computed", True)
    assert made.score.response == pytest.approx(14.2, abs=1e-5)
    grey = round(0.4 * 255)  # a weight of 0 leaves the mean
    assert made.seen(made.picture).transpose(2, 0, 1).tolist() == [[[255, 0, 255], [grey, 255, 0], [0, 255, 255]]]


def test_what_is_not_linear_is_searched_further_and_no_worse_than_its_start() -> None:
    classifier = one_channel(squared=True)
    field = SmallField(classifier, "conv2", 0, positions())
    assert field.exact() is None
    blank = np.full((SIDE, SIDE, 1), 102, np.uint8)  # the mean: the channel is at its bias, and climbs
    best = field.improve([blank], 24)
    assert best[3:6, 3:6, 0].tolist() == [[255, 0, 255], [102, 255, 0], [0, 255, 255]]
    best = field.improve([blank, best], 1)
    assert best[4, 4, 0] == 255  # the better start is kept


def test_what_was_seen_moves_to_the_middle() -> None:
    picture = np.arange(SIDE**2, dtype=np.uint8).reshape(1, SIDE, SIDE)
    field = SmallField(one_channel(), "conv1", 0, positions())
    moved = field.moved_to_middle(SeenPatch(picture, (-1.0, 6.0), 1.0))  # the corner at the top right
    expected = np.full((SIDE, SIDE), 102)
    expected[4:6, 3:6] = picture[0, 0:2, 6:9]  # above it there was no picture
    assert moved[:, :, 0].tolist() == expected.tolist()


@pytest.mark.slow
@pytest.mark.parametrize("steps", [1, None])
def test_an_ideal_responds_at_least_as_much_as_the_real_patches(digits_run: Run, steps: int | None) -> None:
    found = catseye.hierarchy(digits_run, "digits", class_name=3, channels=4, count=1, steps=steps)
    compared = [
        (example.ideal.score.response, example.patches[0].response)
        for level in found.levels
        for example in level.examples
        if level.field[0] <= 0.4 * found.side[0]
    ]
    assert compared
    assert not any("mean" in row[3] for row in table_rows(found))
    pooled = [example.ideal.target.pooled == "middle" for level in found.levels for example in level.examples]
    assert pooled == [level.field[0] <= 0.7 * found.side[0] for level in found.levels for _ in level.examples]
    assert all(ideal >= real - 1e-5 for ideal, real in compared)

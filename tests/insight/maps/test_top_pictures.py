"""The top-activating pictures of a channel, worked out by hand."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
import pytest
from torch import nn

from catseye.datasets.memory_pictures import MemoryPictures
from catseye.errors import UsageError
from catseye.images.preprocess import Preprocess
from catseye.insight.maps.top_pictures import find_top_pictures

if TYPE_CHECKING:
    pass


def spot_detector() -> nn.Sequential:
    """Return a network whose second channel answers to one bright pixel, at its place."""
    conv = nn.Conv2d(1, 2, 3, bias=False)
    nn.init.zeros_(conv.weight)
    conv.weight.data[1, 0, 1, 1] = 1.0
    return nn.Sequential(OrderedDict(conv1=conv, relu1=nn.ReLU(), flatten=nn.Flatten(), dense1=nn.Linear(2 * 36, 2)))


def spots() -> MemoryPictures:
    """Return 300 pictures 8×8, black but for three: a spot of 200, one of 255, and a whole square of 100."""
    images = np.zeros((300, 1, 8, 8), np.uint8)
    images[7, 0, 2, 5] = 200
    images[290, 0, 6, 1] = 255
    images[120, 0, 2:6, 2:6] = 100
    labels = np.zeros(300, np.int64)
    labels[290] = 1
    return MemoryPictures(images, labels, ("dull", "bright"))


def test_what_excites_a_channel_most_and_where() -> None:
    network, preprocess = spot_detector(), Preprocess(8, 8, 1)
    found = find_top_pictures(network, preprocess, spots(), "relu1", 1, count=4)
    assert [one.index for one in found.pictures] == [290, 7, 120, 0]  # of equal ones the first
    best = found.pictures[0]
    assert (best.class_name, best.position, best.box) == ("bright", (5, 0), (5, 0, 8, 3))
    assert best.response == pytest.approx(1.0)
    assert np.array_equal(best.pixels, spots().images[290])
    assert found.to_json()["share_excited"] == pytest.approx(3 / 300)
    by_mean = find_top_pictures(network, preprocess, spots(), "relu1", 1, count=1, measure="mean")
    assert by_mean.pictures[0].index == 120
    assert by_mean.pictures[0].response == pytest.approx(16 * 100 / 255 / 36)
    with pytest.raises(UsageError, match="channels 0 to 1; got 2"):
        find_top_pictures(network, preprocess, spots(), "relu1", 2)
    with pytest.raises(UsageError, match="no pictures"):
        find_top_pictures(network, preprocess, spots().take([]), "relu1", 1)


def test_the_network_is_left_as_it_was() -> None:
    network = spot_detector().train()
    find_top_pictures(network, Preprocess(8, 8, 1), spots(), "relu1", 1)
    assert network.training
    assert all(weight.requires_grad for weight in network.parameters())

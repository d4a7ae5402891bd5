"""Responses and contributions, against networks whose answers are worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from catseye.classifier.classifier import Classifier
from catseye.datasets.memory_pictures import MemoryPictures
from catseye.evaluation.calibration import Calibration
from catseye.images.preprocess import Preprocess
from catseye.insight.hierarchy.search import measure_contributions, search_pictures


def two_channels() -> Classifier:
    """Return a network with the channels x and −x; its logits are 2·Σ(first) − Σ(second), and 0."""
    network = nn.Sequential()
    convolution, dense = nn.Conv2d(1, 2, 1, bias=False), nn.Linear(8, 2, bias=False)
    with torch.no_grad():
        convolution.weight[:] = torch.tensor([1.0, -1.0]).reshape(2, 1, 1, 1)
        dense.weight[:] = torch.tensor([[2.0] * 4 + [-1.0] * 4, [0.0] * 8])
    for name, module in (("conv1", convolution), ("flatten", nn.Flatten()), ("dense", dense)):
        network.add_module(name, module)
    return Classifier(network, "dense", {}, Preprocess(2, 2, 1), ("a", "b"), Calibration(), {})


PIXELS = np.array([[[[0, 0], [255, 51]]], [[[0, 255], [0, 0]]]], np.uint8)


def test_responses_are_the_largest_the_mean_and_where() -> None:
    pictures = MemoryPictures(PIXELS, np.array([0, 1]), ("a", "b"))
    found, logits = search_pictures(two_channels(), pictures, ["conv1"])
    layer = found["conv1"]
    assert layer.size == (2, 2)
    assert layer.largest == pytest.approx(np.array([[1, 0], [1, 0]]))
    assert layer.mean == pytest.approx(np.array([[0.3, -0.3], [0.25, -0.25]]))
    assert layer.at[:, 0].tolist() == [2, 1]
    assert logits == pytest.approx(np.array([[3.6, 0], [3, 0]]))
    assert layer.top_pictures(0, 2) == [0, 1]  # as large; the first has more of it
    assert layer.top_pictures(1, 1) == [1]


def test_contributions_are_gradient_times_activation() -> None:
    """The first channel adds 2·1.2 and 2·1 to the logit, mean 2.2; the second, with −1 × −x, half as much."""
    found = measure_contributions(two_channels(), PIXELS, ["conv1"], 0)
    assert found["conv1"] == pytest.approx([2.2, 1.1])

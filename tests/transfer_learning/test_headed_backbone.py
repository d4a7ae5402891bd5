"""A backbone with another last layer, as numbers, is the network that PyTorch would make of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from catseye.networks.pretrained_weights import pretrained
from catseye.networks.summarising import summarise
from catseye.transfer_learning.finetune import with_head
from catseye.transfer_learning.headed_backbone import HeadedBackbone
from catseye.transfer_learning.logistic import Layer


@pytest.mark.parametrize("classes", [2, 1000, 1001])
def test_arrays_and_parameters_are_the_networks(tmp_path: Path, classes: int) -> None:
    found = pretrained("efficientnet_lite0", None, tmp_path)
    rng = np.random.default_rng(0)
    headed = HeadedBackbone(found, Layer(rng.normal(size=(classes, 1280)), rng.normal(size=classes)))
    network = with_head(found.network, headed.layer)
    expected = {name: value.numpy() for name, value in network.state_dict().items()}
    assert headed.arrays.keys() == expected.keys()
    assert all(np.array_equal(value, expected[name]) for name, value in headed.arrays.items())
    assert all(value.dtype == expected[name].dtype for name, value in headed.arrays.items())
    assert headed.parameters == sum(weight.numel() for weight in network.parameters())
    summary = summarise(network, found.preprocess.shape, found.name)
    assert headed.summary == replace(summary, operations=())
    assert headed.summary.parameters == headed.parameters

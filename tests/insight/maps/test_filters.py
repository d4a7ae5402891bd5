"""Filters are the first convolution's weights, and no other layer's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from catseye.errors import UsageError
from catseye.insight.maps.filters import read_first_filters
from catseye.networks import build

if TYPE_CHECKING:
    pass


def test_first_filters_are_the_first_convolutions_and_no_other_layers() -> None:
    network = build("convnet", (28, 28, 1), 10)
    weights = network.get_parameter("conv1.weight")
    weights.data[5] = 10.0
    weights.data[6] = 0.0
    found = read_first_filters(network)
    assert found.layer == "conv1"
    assert found.largest(1) == [5]
    assert found.norms[5] == pytest.approx(30)
    assert (found.empty, found.is_empty(6)) == (1, True)
    np.testing.assert_array_equal(found.weights, weights.detach().numpy())
    for layer, says in (("conv2", "32 maps"), ("relu1", "no filters of its own"), ("conv9", "did you mean conv")):
        with pytest.raises(UsageError, match=says):
            read_first_filters(network, layer)
    with pytest.raises(UsageError, match="no convolution"):
        read_first_filters(build("dense", (28, 28, 1), 10))

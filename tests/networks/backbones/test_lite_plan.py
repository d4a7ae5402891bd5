"""EfficientNet-Lite without PyTorch is the network that PyTorch builds."""

from __future__ import annotations

import pytest

from catseye.networks.backbones.lite_plan import LITES, convolutions, plan_blocks, plan_shapes
from catseye.networks.backbones.lite_summary import summarise_lite
from catseye.networks.pretrained_weights import preprocess_of
from catseye.networks.registry import backbone
from catseye.networks.summarising import summarise


@pytest.mark.parametrize("name", LITES)
def test_the_weights_have_the_names_and_shapes_of_pytorchs_in_their_order(name: str) -> None:
    state = backbone(name, preprocess_of(name).shape, 7).state_dict()
    assert list(plan_shapes(name, 7).items()) == [(key, tuple(value.shape)) for key, value in state.items()]


def test_the_first_blocks_by_hand() -> None:
    """Tan & Le 2019, table 1: the stem halves the picture; MBConv1 k3, then MBConv6 k3 of stride 2."""
    stem, first, second, third, *_ = plan_blocks("efficientnet_lite0")
    assert [(layer.kernel, layer.stride, layer.outputs) for layer in stem.convolutions] == [(3, 2, 32)]
    assert [(layer.kernel, layer.groups, layer.outputs) for layer in first.convolutions] == [(3, 32, 32), (1, 1, 16)]
    assert [layer.outputs for layer in second.convolutions] == [96, 96, 24]
    assert [layer.stride for layer in second.convolutions] == [1, 2, 1]
    assert (first.adds, second.adds, third.adds) == (False, False, True)
    assert len(list(convolutions(plan_blocks("efficientnet_lite0")))) == 49


@pytest.mark.slow
@pytest.mark.parametrize("name", LITES)
@pytest.mark.parametrize("shape", [None, (64, 50, 3)])
def test_the_summary_is_that_of_pytorchs_network(name: str, shape: tuple[int, int, int] | None) -> None:
    shape = shape or preprocess_of(name).shape
    expected, found = summarise(backbone(name, shape, 7), shape, name), summarise_lite(name, shape, 7)
    assert found.layers == expected.layers
    assert (found.parameters, found.other_parameters) == (expected.parameters, expected.other_parameters)

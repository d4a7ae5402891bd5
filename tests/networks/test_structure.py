"""Copies of a network's structure share its memory, and nothing else."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from catseye.networks import build
from catseye.networks.registry import backbone
from catseye.networks.structure import copy_structure, in_evaluation_mode
from tests.judges import timm


@pytest.mark.parametrize("name", ["efficientnet_lite0", "resnet50", "vgg16", "timm:resnet10t", "timm:test_vit"])
def test_a_backbones_memory_is_shared(name: str) -> None:
    assert timm  # which needs to be imported with care
    side = 160 if "vit" in name else 64
    network = backbone(name, (side, side, 3), 10)
    twin = copy_structure(network)
    ours, theirs = twin.state_dict(), network.state_dict()
    assert list(ours) == list(theirs)
    assert all(ours[key].data_ptr() == value.data_ptr() for key, value in theirs.items())
    assert all(ours[key].stride() == value.stride() for key, value in theirs.items())
    assert not {id(module) for module in twin.modules()} & {id(module) for module in network.modules()}
    assert not any(weight.requires_grad for weight in twin.parameters())
    assert all(weight.requires_grad for weight in network.parameters())
    pictures = torch.rand(1, 3, side, side)
    with torch.inference_mode():
        assert torch.equal(twin.eval()(pictures), network.eval()(pictures))


def test_weights_that_two_layers_share_stay_shared() -> None:
    network = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3))
    network[1].weight = network[0].weight
    twin = copy_structure(network)
    assert twin[1].weight is twin[0].weight


def test_a_copy_takes_what_deepcopy_refuses() -> None:
    """A buffer that was computed, which deepcopy does not take."""
    network = nn.BatchNorm2d(3)
    network.register_buffer("scale", network.weight * 2)
    with pytest.raises(RuntimeError, match="deepcopy"):
        copy.deepcopy(network)
    assert torch.equal(copy_structure(network).get_buffer("scale"), network.get_buffer("scale"))


def test_a_network_is_copied_only_where_it_is_not_in_evaluation_mode() -> None:
    network = build("convnet", (28, 28, 1), 10, batch_norm=True).eval()
    assert in_evaluation_mode(network) is network
    network.get_submodule("norm1").train()
    evaluated = in_evaluation_mode(network)
    assert evaluated is not network
    assert not any(module.training for module in evaluated.modules())
    assert network.get_submodule("norm1").training

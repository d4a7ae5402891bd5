"""Layers are found by name in every network, and nothing stays behind in it."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from catseye.errors import UsageError
from catseye.networks import build
from catseye.networks.layers import (
    compute_layer_outputs,
    default_layers,
    last_maps,
    layer_names,
    record_outputs,
    watched,
)
from catseye.networks.registry import backbone


def hooks(network: nn.Module) -> int:
    return sum(len(module._forward_hooks) for module in network.modules())


def test_the_lessons_networks_are_asked_by_their_layers() -> None:
    network = build("convnet", (28, 28, 1), 10).eval()
    picture = torch.rand(2, 1, 28, 28)
    found = compute_layer_outputs(network, picture, ["relu2", "conv1"])
    assert list(found) == ["relu2", "conv1"]
    assert torch.equal(found["conv1"], network.get_submodule("conv1")(picture))
    assert found["relu2"].shape == (2, 64, 5, 5)
    assert default_layers(network) == ("relu1", "relu2", "relu3")
    assert last_maps(network) == "relu3"
    assert last_maps(build("fashion_convnet", (8, 8, 1), 10)) == "conv2"  # after which is pooling
    normalised = build("convnet", (28, 28, 1), 10, batch_norm=True)
    assert last_maps(normalised) == "relu3"


def test_backbones_are_asked_by_stages_and_by_modules() -> None:
    network = backbone("efficientnet_lite0", (64, 64, 3), 10).eval()
    picture = torch.rand(1, 3, 64, 64)
    found = compute_layer_outputs(network, picture, ["stage2", "blocks.1", "conv_stem"])
    assert torch.equal(found["stage2"], found["blocks.1"])
    assert found["conv_stem"].shape == (1, 32, 32, 32)
    assert set(default_layers(network)) < set(layer_names(network))


def test_gradients_reach_what_was_recorded() -> None:
    network = build("convnet", (28, 28, 1), 10).eval()
    with record_outputs(network, ["relu3"]) as found:
        answer = network(torch.rand(1, 1, 28, 28))
    (gradient,) = torch.autograd.grad(answer[0, 3], found["relu3"][0])
    weights = network.get_submodule("dense1").weight[3]  # type: ignore[index]
    assert torch.allclose(gradient.flatten(), weights)


def test_an_unknown_layer_offers_the_nearest() -> None:
    with pytest.raises(UsageError, match="conv1"):
        compute_layer_outputs(build("convnet", (28, 28, 1), 10), torch.rand(1, 1, 28, 28), ["convv1"])


def test_a_layer_that_runs_more_than_once_is_refused() -> None:
    with pytest.raises(UsageError, match="2 times"):
        compute_layer_outputs(backbone("efficientnet_lite0", (64, 64, 3), 10).eval(), torch.rand(1, 3, 64, 64), ["act"])


def test_a_dense_network_has_no_maps() -> None:
    with pytest.raises(UsageError, match="no convolution"):
        last_maps(build("dense", (28, 28, 1), 10))


def test_no_hook_stays_after_a_failure() -> None:
    network = build("convnet", (28, 28, 1), 10)
    with pytest.raises(RuntimeError, match="conv2d"), record_outputs(network, ["conv1", "conv2"]):
        network(torch.zeros(1, 1, 4, 4, 4))
    assert hooks(network) == 0


def test_a_watched_network_is_given_back_as_it_was() -> None:
    network = build("convnet", (28, 28, 1), 10).train()
    network.get_submodule("conv1").requires_grad_(False)
    with watched(network):
        assert not network.training
        assert not any(weight.requires_grad for weight in network.parameters())
    with pytest.raises(RuntimeError, match="conv2d"), watched(network):
        network(torch.zeros(1, 1, 4, 4, 4))
    learning = [weight.requires_grad for weight in network.parameters()]
    assert (network.training, learning.count(False)) == (True, 2)

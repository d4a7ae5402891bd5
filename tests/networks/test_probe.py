"""A probe finds layers by name in every network, shares its weights, and leaves it as it was."""

from __future__ import annotations

import threading

import pytest
import torch
from torch import nn

from catseye.errors import UsageError
from catseye.networks import build
from catseye.networks.probe import Probe
from catseye.networks.registry import backbone


def hooks(network: nn.Module) -> int:
    return sum(len(module._forward_hooks) for module in network.modules())


def test_layers_of_the_lessons_networks_are_found_by_name() -> None:
    network = build("convnet", (28, 28, 1), 10)
    pictures = torch.rand(2, 1, 28, 28)
    outputs = Probe(network).layer_outputs(pictures, ["relu2", "logits", "conv1"])
    assert list(outputs) == ["relu2", "logits", "conv1"]
    assert torch.equal(outputs["conv1"], network.get_submodule("conv1")(pictures))
    assert outputs["relu2"].shape == (2, 64, 11, 11)  # before the pooling, as in the lesson
    assert torch.equal(outputs["logits"], network.eval()(pictures))


def test_layers_of_backbones_are_stages_and_modules() -> None:
    network = backbone("efficientnet_lite0", (64, 64, 3), 10)
    outputs = Probe(network).layer_outputs(torch.rand(1, 3, 64, 64), ["stage2", "blocks.1", "conv_stem", "logits"])
    assert torch.equal(outputs["stage2"], outputs["blocks.1"])
    assert outputs["conv_stem"].shape == (1, 32, 32, 32)
    assert outputs["logits"].shape == (1, 10)


def test_gradients_reach_the_outputs() -> None:
    network = build("convnet", (28, 28, 1), 10)
    picture = torch.rand(1, 1, 28, 28, requires_grad=True)  # the weights need no gradients
    outputs = Probe(network).layer_outputs(picture, ["relu3", "logits"])
    (gradient,) = torch.autograd.grad(outputs["logits"][0, 3], outputs["relu3"])
    weights = network.get_submodule("dense1").weight[3]  # type: ignore[index]
    assert torch.allclose(gradient.flatten(), weights)


def test_an_unknown_layer_offers_the_nearest() -> None:
    with pytest.raises(UsageError, match="conv1"):
        Probe(build("convnet", (28, 28, 1), 10)).layer_outputs(torch.rand(1, 1, 28, 28), ["convv1"])


def test_a_relu_that_serves_stem_and_head_is_the_heads() -> None:
    probe = Probe(backbone("efficientnet_lite0", (64, 64, 3), 10))
    assert probe.layer_outputs(torch.rand(1, 3, 64, 64), ["act"])["act"].shape == (1, 1280, 2, 2)


def test_the_network_stays_as_it_was_after_a_failure_too() -> None:
    network = build("convnet", (28, 28, 1), 10).train()
    network.get_submodule("conv1").requires_grad_(False)
    probe = Probe(network)
    assert not probe.network.training
    probe.layer_outputs(torch.rand(1, 1, 28, 28), ["conv1"])
    with pytest.raises(RuntimeError, match="conv2d"):
        probe.layer_outputs(torch.zeros(1, 1, 4, 4, 4), ["conv1", "conv2"])
    assert (hooks(network), hooks(probe.network)) == (0, 0)
    assert all(module.training for module in network.modules())
    assert [weight.requires_grad for weight in network.parameters()].count(False) == 2
    assert all(weight.grad is None for weight in network.parameters())


def test_hooks_of_others_run_in_a_probe_too_and_are_not_copied() -> None:
    network, lock, called = build("convnet", (28, 28, 1), 10), threading.Lock(), []

    def note(layer: nn.Module, received: object, returned: object) -> None:
        del layer, received, returned
        with lock:
            called.append(1)

    network.get_submodule("conv1").register_forward_hook(note)
    Probe(network).layer_outputs(torch.rand(1, 1, 28, 28), ["conv1", "conv2"])
    assert (called, hooks(network)) == ([1], 1)


class _Twice(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer: nn.Module = nn.Identity()
        self.unused = nn.Linear(1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        second: torch.Tensor = self.layer(2 * self.layer(x))
        return second


def test_of_a_layer_that_runs_twice_the_last_output_counts_and_of_one_that_does_not_run_there_is_none() -> None:
    probe = Probe(_Twice())
    assert probe.layer_outputs(torch.ones(1, 1), ["layer"])["layer"].item() == 2
    with pytest.raises(UsageError, match="layer unused does not run for such a picture"):
        probe.layer_outputs(torch.ones(1, 1), ["unused"])

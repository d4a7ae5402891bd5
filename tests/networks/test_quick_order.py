"""The quick order of layers: the same results and gradients, and relu on fewer values."""

from __future__ import annotations

import torch
from torch import nn

from catseye.networks import build
from catseye.networks.quick_order import in_quick_order


def test_results_and_gradients_are_the_same_to_the_bit() -> None:
    network = build("convnet", (28, 28, 1), 10)
    pictures = torch.randn(4, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    quick = in_quick_order(network)
    found = []
    for each in (network, quick):
        network.zero_grad()
        logits = each(pictures)
        logits.square().sum().backward()
        found.append([logits.detach(), *(weight.grad.clone() for weight in network.parameters())])  # type: ignore[union-attr]
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))


def test_relu_works_behind_the_pooling_and_every_layer_is_the_same_module() -> None:
    network = build("convnet", (28, 28, 1), 10)
    quick = in_quick_order(network)
    assert [name for name, _ in quick.named_children()][:6] == ["conv1", "pool1", "relu1", "conv2", "pool2", "relu2"]
    assert all(network.get_submodule(name) is layer for name, layer in quick.named_children())
    assert [name for name, _ in network.named_children()][:3] == ["conv1", "relu1", "pool1"]


def test_average_pooling_other_activations_and_hooked_networks_keep_their_order() -> None:
    for text in ("conv 8, pool average, flatten", "conv 8 gelu, pool, flatten"):
        assert [name for name, _ in in_quick_order(build(text, (8, 8, 1), 2)).named_children()][2] == "pool1"
    hooked = build("convnet", (28, 28, 1), 10)
    hooked.register_forward_hook(lambda *_: None)
    assert in_quick_order(hooked) is hooked


def test_a_layer_that_runs_twice_runs_twice() -> None:
    shared = nn.Conv2d(4, 4, 3, padding=1)
    network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2), shared, nn.ReLU(), shared, nn.Flatten())
    pictures = torch.randn(2, 1, 10, 10, generator=torch.Generator().manual_seed(1))
    assert torch.equal(in_quick_order(network)(pictures), network(pictures))


def test_a_forward_of_ones_own_is_what_runs() -> None:
    network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU())
    network.forward = lambda pictures: pictures * 2  # type: ignore[method-assign]
    assert in_quick_order(network) is network

"""A folded network computes what the network does, and shares nothing with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn

from catseye.networks.folding import fold_normalisation
from catseye.networks.registry import build

if TYPE_CHECKING:
    from collections.abc import Callable


def with_statistics(network: nn.Module) -> nn.Module:
    """Return a network in evaluation mode with statistics as after training."""
    generator = torch.Generator().manual_seed(0)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.normal_(generator=generator)
            module.running_var.uniform_(0.5, 2, generator=generator)
            if module.affine:
                nn.init.uniform_(module.weight, 0.5, 1.5, generator=generator)
    return network.eval()


def normalisations(network: nn.Module) -> int:
    return sum(isinstance(module, nn.BatchNorm2d) for module in network.modules())


def small() -> nn.Module:
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8, affine=False), nn.Flatten()),
        nn.Linear(1800, 5),
    )


@pytest.mark.parametrize(
    "make",
    [
        small,
        pytest.param(lambda: build("efficientnet_lite0", (32, 32, 3), 5), marks=pytest.mark.slow),
        pytest.param(lambda: build("resnet18", (32, 32, 3), 5), marks=pytest.mark.slow),
    ],
)
def test_logits_and_gradients_are_the_networks(make: Callable[[], nn.Module]) -> None:
    # In double precision no relu lies so near 0 that rounding decides it.
    network = with_statistics(make()).double()
    before = {key: (value.clone(), value.stride()) for key, value in network.state_dict().items()}
    folded = fold_normalisation(network)
    assert normalisations(network) > 0
    assert normalisations(folded) == 0
    gradients = []
    for one in (network, folded):
        pictures = (
            torch.linspace(-2, 2, 2 * 3 * 32 * 32, dtype=torch.float64).sin().reshape(2, 3, 32, 32).requires_grad_()
        )
        logits = one(pictures)
        (gradient,) = torch.autograd.grad(logits[:, 3].sum(), pictures)
        gradients.append((logits.detach(), gradient))
    for ours, theirs in zip(*gradients, strict=True):
        assert (ours - theirs).abs().max() < 1e-9 * ours.abs().max()
    assert all(torch.equal(value, before[key][0]) for key, value in network.state_dict().items())
    assert all(value.stride() == before[key][1] for key, value in network.state_dict().items())
    theirs = {id(weight) for weight in network.parameters()}
    assert not any(id(weight) in theirs for weight in folded.parameters())


class _Shared(nn.Module):
    """Runs one convolution twice, with one normalisation, and takes the maps before it as well."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 3, 3, padding=1), nn.BatchNorm2d(3)
        self.other, self.after = nn.Conv2d(3, 3, 1), nn.BatchNorm2d(3)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        maps = self.other(self.norm(self.conv(self.norm(self.conv(pictures)))))
        total: torch.Tensor = (maps + self.after(maps)).mean((2, 3))
        return total


def test_what_is_shared_is_left_as_it_is() -> None:
    network, pictures = with_statistics(_Shared()), torch.rand(2, 3, 8, 8)
    folded = fold_normalisation(network)
    assert normalisations(folded) == 2
    assert torch.allclose(folded(pictures), network(pictures), atol=1e-6)


class _Deciding(nn.Module):
    """Decides by its input what to do, so that it cannot be followed."""

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return pictures.mean((2, 3)) if pictures.sum() > 0 else pictures.amax((2, 3))


def test_a_network_that_cannot_be_followed_is_itself() -> None:
    network = _Deciding()
    assert fold_normalisation(network) is network

"""Orthogonalised momentum, against PyTorch's own for matrices and by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from catseye.networks import build
from catseye.training.muon import MOMENTUM, SCALE, Muon, orthogonal
from catseye.training.optimizer import build_optimizers
from catseye.training.recipe import Recipe


@pytest.mark.parametrize("shape", [(6, 6), (5, 40), (40, 5), (1, 7)])
def test_three_steps_are_those_of_pytorchs_muon(shape: tuple[int, int]) -> None:
    generator = torch.Generator().manual_seed(1)
    ours, theirs = (nn.Parameter(torch.ones(shape)) for _ in range(2))
    rule = Muon([{"params": [ours]}], 0.01, 0.3, torch.bfloat16)
    judge = torch.optim.Muon([theirs], lr=0.01 * SCALE, weight_decay=0.3 / SCALE, momentum=MOMENTUM)
    for _ in range(3):
        ours.grad = torch.randn(shape, generator=generator)
        theirs.grad = ours.grad.clone()
        rule.step()
        judge.step()  # type: ignore[no-untyped-call]
    assert (ours - 1).abs().max() > 0.01
    # Both multiply with 8 bits, so a step of 0.08 is known to a few hundredths of itself; a wrong rule is out by more.
    torch.testing.assert_close(ours, theirs, rtol=0, atol=0.01)


@pytest.mark.parametrize("shape", [(8, 8), (3, 30), (30, 3)])
def test_the_singular_values_become_about_one_and_the_vectors_stay(shape: tuple[int, int]) -> None:
    matrix = np.random.default_rng(0).normal(size=shape)
    left, _, right = np.linalg.svd(matrix, full_matrices=False)
    found = orthogonal(torch.from_numpy(matrix).float()).double().numpy()
    along = left.T @ found @ right.T
    assert np.all(np.abs(np.diag(along) - 1) < 0.35)
    assert np.abs(along - np.diag(np.diag(along))).max() < 1e-4


def test_nothing_to_step_along_is_no_step() -> None:
    assert torch.equal(orthogonal(torch.zeros(3, 4)), torch.zeros(3, 4))


def test_a_kernel_is_stepped_as_the_matrix_of_its_filters() -> None:
    kernel, matrix = nn.Parameter(torch.zeros(4, 2, 3, 3)), nn.Parameter(torch.zeros(4, 18))
    kernel.grad = torch.randn(4, 2, 3, 3, generator=torch.Generator().manual_seed(0))
    matrix.grad = kernel.grad.reshape(4, 18)
    for weight in (kernel, matrix):
        Muon([{"params": [weight]}], 0.1, 0.0, torch.float32).step()
    torch.testing.assert_close(kernel.detach().reshape(4, 18), matrix.detach())


def test_biases_and_the_last_layer_are_adamws() -> None:
    network = build("fashion_convnet", (8, 8, 1), 2)
    muon, adamw = build_optimizers(network, Recipe(optimizer="muon"))
    names = {id(weight): name for name, weight in network.named_parameters()}
    given = [[names[id(weight)] for group in rule.param_groups for weight in group["params"]] for rule in (muon, adamw)]
    assert given[0] == ["conv1.weight", "conv2.weight", "dense1.weight"]
    assert given[1] == ["conv1.bias", "conv2.bias", "dense1.bias", "dense2.weight", "dense2.bias"]

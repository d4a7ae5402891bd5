"""Parameterisations paint pictures of the right shape and range, from coarse to fine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from catseye.insight.ideal.parameterisation import FOURIER, PARAMETERISATIONS, make_parameterisation

if TYPE_CHECKING:
    pass


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("name", PARAMETERISATIONS)
@pytest.mark.parametrize("shape", [(8, 8, 1), (5, 7, 3), (6, 4, 3)])
def test_pictures_have_the_shape_and_range_and_every_number_matters(name: str, shape: tuple[int, int, int]) -> None:
    learnt = make_parameterisation(name, shape, seeded())
    picture = learnt.picture()
    assert picture.shape == (1, shape[2], *shape[:2])
    assert 0 <= picture.min() < picture.max() <= 255
    (gradient,) = torch.autograd.grad(picture.square().sum(), learnt.values)
    assert torch.count_nonzero(gradient).item() > 0.4 * gradient.numel()  # some imaginary parts stand for nothing


def test_less_detail_leaves_out_short_waves() -> None:
    learnt = make_parameterisation(FOURIER, (64, 64, 3), seeded())
    with torch.no_grad():
        energies = [torch.fft.rfft2(learnt.picture(detail) - 127.5).abs().square() for detail in (0.0, 1.0)]
    coarse, fine = (energy[..., 20:44, :].sum() / energy.sum() for energy in energies)
    assert coarse < fine / 5

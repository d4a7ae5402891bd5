"""The loss of batch statistics is what its formula says, and so is its gradient."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from torch import nn

from catseye.insight.ideal.batch_statistics import StatisticsLosses
from catseye.networks.probe import Probe

if TYPE_CHECKING:
    pass


def test_statistics_are_those_of_autograd_and_vanish_at_the_running_ones() -> None:
    maps = (torch.randn(4, 3, 5, 6) * 3 + 1).requires_grad_()
    norm = nn.BatchNorm2d(3).eval()
    assert norm.running_mean is not None
    assert norm.running_var is not None
    probe = Probe(norm)
    losses = StatisticsLosses(probe)
    probe.logits(maps)
    loss = losses.take()
    means, variances = maps.mean((0, 2, 3)), maps.var((0, 2, 3), unbiased=False)
    running = norm.running_var + norm.eps
    expected = (means.square() / running).mean() + ((variances + norm.eps) / running).log().square().mean()
    ours, theirs = (torch.autograd.grad(value, maps, retain_graph=True)[0] for value in (loss, expected))
    assert loss.item() == pytest.approx(expected.item(), rel=1e-4)
    assert torch.allclose(ours, theirs, rtol=1e-3, atol=1e-7)
    norm.running_mean.copy_(means.detach())
    norm.running_var.copy_(variances.detach())
    probe.logits(maps)
    assert losses.take().item() < 1e-6  # of the second batch alone
    assert losses.take().item() == 0
    assert not norm._forward_pre_hooks

"""How far the statistics of maps are from the running ones of batch normalisation, which are those of training.

Yin et al. 2020, "Dreaming to Distill" (arXiv:1912.08795), equation 4, here as a mean over channels and layers of
relative distances: with this loss, an ideal picture looks more like a photograph.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from catseye.networks.probe import Probe


class StatisticsLosses:
    """Records, for every batch that passes a probe, the loss of each of its batch normalisations."""

    def __init__(self, probe: Probe) -> None:
        self._losses: list[torch.Tensor] = []
        for layer in probe.network.modules():
            if _has_statistics(layer):
                layer.register_forward_pre_hook(self._record)

    def take(self) -> torch.Tensor:
        """Return the mean loss since the last call; 0 for a network without batch normalisation."""
        losses, self._losses = self._losses, []
        return torch.stack(losses).mean() if losses else torch.zeros(())

    def _record(self, layer: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        assert isinstance(layer, nn.BatchNorm2d)
        self._losses.append(_distance(layer, inputs[0]))


def _has_statistics(layer: nn.Module) -> bool:
    return isinstance(layer, nn.BatchNorm2d) and layer.track_running_stats


def _distance(layer: nn.BatchNorm2d, maps: torch.Tensor) -> torch.Tensor:
    """Return the squared difference of the means, in running deviations, plus that of the variances' logarithms."""
    assert layer.running_mean is not None
    assert layer.running_var is not None
    means, variances = _moments(maps)
    running = layer.running_var + layer.eps
    of_means = ((means - layer.running_mean).square() / running).mean()
    return of_means + ((variances.clamp(min=0) + layer.eps) / running).log().square().mean()


class _Moments(torch.autograd.Function):
    """Mean and variance of each channel, with a fifth of the passes over memory that autograd's own need."""

    @staticmethod
    def forward(ctx: Any, maps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        rows = maps.permute(0, 2, 3, 1).reshape(-1, maps.shape[1])
        means = rows.mean(0)
        ctx.save_for_backward(maps, means)
        return means, rows.square().mean(0) - means.square()

    @staticmethod
    def backward(ctx: Any, *gradients: torch.Tensor) -> torch.Tensor:
        maps, means = ctx.saved_tensors
        of_means, of_variances = gradients
        count = maps.numel() / len(means)
        slopes = 2 * of_variances / count
        offsets = of_means / count - slopes * means
        return torch.addcmul(offsets.view(1, -1, 1, 1), maps, slopes.view(1, -1, 1, 1))


def _moments(maps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    means, variances = _Moments.apply(maps)  # type: ignore[no-untyped-call]
    return means, variances

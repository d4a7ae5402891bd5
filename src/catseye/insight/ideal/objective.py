"""Objectives: what an ideal picture shall have much of, and little of; they add and scale."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch

from catseye.networks.backbones.backbone import LOGITS

if TYPE_CHECKING:
    from collections.abc import Callable

_FULL_SIDE = 224  # pixels, to which differences between neighbours are referred
_PERCENT = 100
_FLOOR = 1e-6


@dataclass(frozen=True, eq=False)
class Responses:
    """What an objective is computed from.

    Attributes
    ----------
    picture : torch.Tensor
        The picture itself, (1, C, H, W), 0 to 1.
    outputs : dict of torch.Tensor
        What the layers that the objective names make of the picture's versions; ``"logits"`` (B, K) is one of them.
    strangeness : torch.Tensor
        How far the maps lie from those of photographs; see :mod:`catseye.insight.ideal.batch_statistics`.
    """

    picture: torch.Tensor
    outputs: dict[str, torch.Tensor]
    strangeness: torch.Tensor


@dataclass(frozen=True)
class Objective:
    """A weighted sum of terms, each a number to be made large.

    Attributes
    ----------
    terms : tuple of (float, Callable)
        Weights, and functions from what is seen to a tensor with one value.
    layers : frozenset of str
        Whose outputs the terms look at.

    Examples
    --------
    >>> (class_logit(3) - 0.5 * variation()).terms[1][0]
    -0.5
    """

    terms: tuple[tuple[float, Callable[[Responses], torch.Tensor]], ...]
    layers: frozenset[str] = field(default_factory=frozenset)

    def __call__(self, seen: Responses) -> torch.Tensor:
        """Return the value, a tensor with one number."""
        return torch.stack([weight * term(seen) for weight, term in self.terms]).sum()

    def __add__(self, other: Objective) -> Objective:
        return Objective(self.terms + other.terms, self.layers | other.layers)

    def __sub__(self, other: Objective) -> Objective:
        return self + -1 * other

    def __rmul__(self, factor: float) -> Objective:
        return Objective(tuple((factor * weight, term) for weight, term in self.terms), self.layers)


def class_logit(index: int) -> Objective:
    """Return the mean logit of a class.

    Not its probability, which is raised as well by fewer signs of other classes, and has no gradient once it is near 1.
    """
    return Objective(((1, lambda seen: seen.outputs[LOGITS][:, index].mean()),), frozenset((LOGITS,)))


def log_probability(index: int) -> Objective:
    """Return the mean logarithm of a class's probability, which other classes' signs lower; near 1 it has no slope."""
    return Objective(((1, lambda seen: seen.outputs[LOGITS].log_softmax(1)[:, index].mean()),), frozenset((LOGITS,)))


def channel(layer: str, number: int) -> Objective:
    """Return a channel's mean, in units of the root mean square of its whole layer at that time.

    Layers differ much in the size of their values; in these units the other terms weigh the same beside any of them.
    """

    def mean(seen: Responses) -> torch.Tensor:
        maps = seen.outputs[layer]
        return maps[:, number].mean() / (maps.detach().square().mean().sqrt() + _FLOOR)

    return Objective(((1, mean),), frozenset((layer,)))


def variation() -> Objective:
    """Return the variation loss: the mean squared difference between neighbours, across and down.

    In per cent of the range of values, over a 224th of the side, so that it means the same for a picture of any size.
    (Mahendran & Vedaldi 2016, doi:10.1007/s11263-016-0911-8, equation 6, with the exponent 2.)
    """

    def loss(seen: Responses) -> torch.Tensor:
        slopes = (seen.picture.diff(dim=axis) * seen.picture.shape[axis] / _FULL_SIDE for axis in (-2, -1))
        return torch.stack([(_PERCENT * slope).square().mean() for slope in slopes]).sum()

    return Objective(((1, loss),))


def l2(mean: tuple[float, ...]) -> Objective:
    """Return the mean squared distance of the pixels from ``mean``, one value a channel, 0 to 1."""

    def loss(seen: Responses) -> torch.Tensor:
        return (seen.picture - torch.tensor(mean).view(1, -1, 1, 1)).square().mean()

    return Objective(((1, loss),))


def statistics_loss() -> Objective:
    """Return how far the picture's maps lie from those that the network was trained on."""
    return Objective(((1, lambda seen: seen.strangeness),))

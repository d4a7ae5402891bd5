"""Objectives: what gradient ascent on an ideal picture maximises; they add and scale."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch

from catseye.networks.backbones.backbone import LOGITS
from catseye.short_repr import ShortRepr

if TYPE_CHECKING:
    from collections.abc import Callable

_FULL_SIDE = 224  # pixels, for which differences between neighbours are expressed
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
        Outputs of the layers that the objective names, for the picture's versions; ``"logits"`` (B, K) can be one of
        them.
    statistics_loss : torch.Tensor
        Distance of the maps' statistics from those of training; see :mod:`catseye.insight.ideal.batch_statistics`.
    """

    picture: torch.Tensor
    outputs: dict[str, torch.Tensor]
    statistics_loss: torch.Tensor


@dataclass(frozen=True, repr=False)
class Objective(ShortRepr):
    """A weighted sum of terms, to be maximised.

    Attributes
    ----------
    terms : tuple of (float, Callable)
        Weights, and functions from :class:`Responses` to a tensor with one value.
    layers : frozenset of str
        Layers whose outputs the terms are computed from.

    Examples
    --------
    >>> (class_logit(3) - 0.5 * variation()).terms[1][0]
    -0.5
    """

    terms: tuple[tuple[float, Callable[[Responses], torch.Tensor]], ...]
    layers: frozenset[str] = field(default_factory=frozenset)

    def __call__(self, responses: Responses) -> torch.Tensor:
        """Return the value, a tensor with one number."""
        return torch.stack([weight * term(responses) for weight, term in self.terms]).sum()

    def __add__(self, other: Objective) -> Objective:
        return Objective(self.terms + other.terms, self.layers | other.layers)

    def __sub__(self, other: Objective) -> Objective:
        return self + -1 * other

    def __rmul__(self, factor: float) -> Objective:
        return Objective(tuple((factor * weight, term) for weight, term in self.terms), self.layers)


def class_logit(index: int) -> Objective:
    """Return the mean logit of a class.

    Not its probability, which also rises with less evidence for other classes and has no gradient near 1.
    """
    return Objective(((1, lambda responses: responses.outputs[LOGITS][:, index].mean()),), frozenset((LOGITS,)))


def log_probability(index: int) -> Objective:
    """Return the mean log-probability of a class, which evidence for other classes lowers; it is flat near 1."""
    return Objective(
        ((1, lambda responses: responses.outputs[LOGITS].log_softmax(1)[:, index].mean()),), frozenset((LOGITS,))
    )


def channel(layer: str, number: int) -> Objective:
    """Return a channel's mean, in units of the current root mean square of its whole layer.

    Layers differ widely in the size of their values; in these units the other terms weigh the same against any layer.
    """

    def mean(responses: Responses) -> torch.Tensor:
        maps = responses.outputs[layer]
        return maps[:, number].mean() / (maps.detach().square().mean().sqrt() + _FLOOR)

    return Objective(((1, mean),), frozenset((layer,)))


def middle(layer: str, number: int) -> Objective:
    """Return a channel's value at the middle position of its map, in the same units."""

    def value(responses: Responses) -> torch.Tensor:
        maps = responses.outputs[layer]
        central = maps[:, number, maps.shape[2] // 2, maps.shape[3] // 2]
        return central.mean() / (maps.detach().square().mean().sqrt() + _FLOOR)

    return Objective(((1, value),), frozenset((layer,)))


def variation() -> Objective:
    """Return the variation loss: the mean squared difference between neighbours, across and down.

    In per cent of the range of values, over a 224th of the side, so that it is comparable for pictures of any size.
    (Mahendran & Vedaldi 2016, doi:10.1007/s11263-016-0911-8, equation 6, with the exponent 2.)
    """

    def loss(responses: Responses) -> torch.Tensor:
        slopes = (responses.picture.diff(dim=axis) * responses.picture.shape[axis] / _FULL_SIDE for axis in (-2, -1))
        return torch.stack([(_PERCENT * slope).square().mean() for slope in slopes]).sum()

    return Objective(((1, loss),))


def l2(mean: tuple[float, ...]) -> Objective:
    """Return the mean squared distance of the pixels from ``mean``, one value per channel, 0 to 1."""

    def loss(responses: Responses) -> torch.Tensor:
        return (responses.picture - torch.tensor(mean).view(1, -1, 1, 1)).square().mean()

    return Objective(((1, loss),))


def statistics_loss() -> Objective:
    """Return how far the statistics of the picture's maps are from those of the training pictures' maps."""
    return Objective(((1, lambda responses: responses.statistics_loss),))

"""Averages of a network's weights over a training, which are evaluated and saved in place of the last weights."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from torch import nn

from catseye.training.conflicts import first_averaged_epoch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from catseye.images.preprocess import Preprocess
    from catseye.training.batches import Batch
    from catseye.training.checkpoint import Tensors, TrainingState
    from catseye.training.recipe import Recipe

_SPAN = 0.05  # of all steps: how long ago a step is whose weight in the exponential moving average is down to 1/e
EMA, SWA = "ema", "swa"


class WeightAverage:
    """The average that a recipe asks for, if any; it lies in the state of the training, for checkpoints.

    The exponential moving average takes the weights after every step, and averages the statistics of batch
    normalisation like weights. Until it spans its full length it is the plain mean, so that the initial weights do not
    count. Stochastic weight averaging takes the weights after each epoch of the last quarter; the statistics of batch
    normalisation are then measured again by a pass over the training pictures, as the weights are far apart.

    Parameters
    ----------
    network
        On its device, with its memory in the final order.
    recipe
    state
        The state that the average is part of.
    steps
        Steps of the whole training.
    """

    def __init__(self, network: nn.Module, recipe: Recipe, state: TrainingState, steps: int) -> None:
        self._network, self._recipe, self._state = network, recipe, state
        self._weights: Tensors = dict(network.state_dict())  # as they are at any time: views, not copies
        self._span = max(1.0, _SPAN * steps)
        # Sums over values in another order in memory may be rounded otherwise.
        state.average = {name: torch.empty_like(self._weights[name]).copy_(v) for name, v in state.average.items()}

    def take_step(self) -> None:
        """Take the weights after a step into an exponential moving average."""
        if self._recipe.average == EMA:
            self._take(max(1 / (self._state.averaged + 1), 1 / self._span))

    def take_epoch(self, number: int, preprocess: Preprocess, batches: Iterable[Batch]) -> None:
        """Take the weights after the epoch of this number, from 0, into a stochastic weight average.

        ``batches`` are those that the statistics of batch normalisation are measured on.
        """
        if self._recipe.average != SWA or number < first_averaged_epoch(self._recipe.epochs):
            return
        self._take(1 / (self._state.averaged + 1))
        normalisations = [each for each in self._network.modules() if _has_statistics(each)]
        if normalisations and not self._recipe.frozen_statistics:
            with self.in_network():
                measure_statistics(self._network, normalisations, preprocess, batches)
                for name, value in self._weights.items():
                    self._state.average[name].copy_(value)

    def _take(self, share: float) -> None:
        average = self._state.average
        for name, value in self._weights.items():
            if name not in average:
                average[name] = value.clone()
            elif value.is_floating_point():
                average[name].lerp_(value, share)
            else:
                average[name].copy_(value)  # a counter
        self._state.averaged += 1

    @contextmanager
    def in_network(self) -> Iterator[None]:
        """Put the average, if there is one, into the network while the block runs."""
        if not self._state.average:
            yield
            return
        latest = {name: value.clone() for name, value in self._weights.items()}
        self._network.load_state_dict(self._state.average)
        try:
            yield
        finally:
            self._network.load_state_dict(latest)

    def keep(self) -> None:
        """Put the average into the network for good; say so in the state if there should be one and is not."""
        if self._state.average:
            self._network.load_state_dict(self._state.average)
        elif self._recipe.average == SWA and self._state.stopped:
            self._state.stopped += ", before the averaging of weights began"


def measure_statistics(
    network: nn.Module, normalisations: list[nn.Module], preprocess: Preprocess, batches: Iterable[Batch]
) -> None:
    """Set the running statistics of batch normalisations to their means over batches, in single precision.

    Everything else in the network is as in evaluation: dropout, for one, is off.
    """
    training = [module for module in network.modules() if module.training]
    momenta = [each.momentum for each in normalisations]
    network.eval()
    for each in normalisations:
        each.train()
        each.reset_running_stats()  # type: ignore[operator]
        each.momentum = None  # type: ignore[assignment]  # a mean in which all batches count the same
    try:
        with torch.no_grad():
            for pixels, _ in batches:
                network(preprocess.tensor(pixels))
    finally:
        for each, momentum in zip(normalisations, momenta, strict=True):
            each.momentum = momentum
        network.eval()
        for module in training:
            module.training = True


def _has_statistics(module: nn.Module) -> bool:
    return isinstance(module, nn.modules.batchnorm._NormBase) and module.track_running_stats

"""The logit of one class as a function of a picture: what attributions explain."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
import torch

from catseye.images.edge_colour import background
from catseye.inference.batch_sizes import batch_size
from catseye.networks.folding import fold_normalisation
from catseye.networks.probe import Probe

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import nn

    from catseye.arrays import Floats, Pixels
    from catseye.images.preprocess import Preprocess

_SMALL = 64  # pixels of a side


@dataclass(frozen=True, eq=False)
class ClassScore:
    """A picture, a class, and the network whose logit for them is explained.

    Attributions are of the picture's own values, 0 to 255, before normalisation.

    Attributes
    ----------
    probe : Probe
        Probe of the network.
    preprocess : Preprocess
    picture : uint8 (C, H, W)
        As ``preprocess.pixels`` returns it.
    class_index : int
    find_quick : callable, optional
        Returns a function from pictures uint8 (B, C, H, W) to logits float32 (B, K) that is quicker than the network,
        or ``None``.
    """

    probe: Probe
    preprocess: Preprocess
    picture: Pixels
    class_index: int
    find_quick: Callable[[], Callable[[Pixels], Floats] | None] = lambda: None

    def of(self, network: nn.Module) -> Self:
        """Return the same score by another network."""
        return replace(self, probe=Probe(network), find_quick=lambda: None)

    @cached_property
    def pixels(self) -> torch.Tensor:
        """The picture, float32 (1, C, H, W), 0 to 255."""
        return torch.from_numpy(self.picture[None].astype(np.float32))

    @cached_property
    def baseline(self) -> torch.Tensor:
        """A plain picture in the colour of the picture's edge, float32 (1, C, H, W), 0 to 255."""
        colour = torch.from_numpy(background(self.picture[None]).astype(np.float32))
        return colour.expand_as(self.pixels).clone()

    @cached_property
    def _quick(self) -> Callable[[Pixels], Floats] | None:
        return self.find_quick()

    @property
    def batch_size(self) -> int:
        """How many pictures should pass through the network at once, there and back."""
        return 2 * batch_size(self.preprocess)  # of 224 × 224, four take a fifth less time each than two

    @cached_property
    def _differentiable(self) -> nn.Module:
        """The network for many gradients; what makes that of a small picture quicker takes longer than they do."""
        network = self.probe.network
        return fold_normalisation(network) if max(self.picture.shape[1:]) > _SMALL else network

    def logits(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the logits (B, K) of pictures float32 (B, C, H, W), 0 to 255."""
        return self.probe.logits(self.preprocess.tensor(pixels))

    def answers(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the same for pictures of whole values, by the quickest way; no gradient flows through it."""
        if self._quick is None:
            with torch.no_grad():
                return self.logits(pixels)
        return torch.from_numpy(self._quick(pixels.to(torch.uint8).numpy()))

    def logit(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the logit of the class alone, (B,), quickly for many pictures and their gradients."""
        logits: torch.Tensor = self._differentiable(self.preprocess.tensor(pixels))
        return logits[:, self.class_index]

"""What is asked of a network: why this class for this picture?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
import torch

from catseye.images.background import background
from catseye.inference.batched import batch_size

if TYPE_CHECKING:
    from torch import nn

    from catseye.arrays import Pixels
    from catseye.images.preprocess import Preprocess


@dataclass(frozen=True, eq=False)
class ClassScore:
    """A picture and a class, with the network that is asked about them.

    Everything is done to the picture's own values, 0 to 255, before normalisation.

    Attributes
    ----------
    network : torch.nn.Module
        In evaluation mode, its weights without gradients: to be asked within :func:`catseye.networks.layers.watched`.
    preprocess : Preprocess
    picture : uint8 (C, H, W)
        As ``preprocess.pixels`` returns it.
    class_index : int
    """

    network: nn.Module
    preprocess: Preprocess
    picture: Pixels
    class_index: int

    def of(self, network: nn.Module) -> Self:
        """Return the same question to another network."""
        return replace(self, network=network)

    @cached_property
    def pixels(self) -> torch.Tensor:
        """The picture, float32 (1, C, H, W), 0 to 255."""
        return torch.from_numpy(self.picture[None].astype(np.float32))

    @cached_property
    def blank(self) -> torch.Tensor:
        """The picture with nothing on it, in the colour of its edge, float32 (1, C, H, W), 0 to 255."""
        colour = torch.from_numpy(background(self.picture[None]).astype(np.float32))
        return colour.expand_as(self.pixels).clone()

    @property
    def batch_size(self) -> int:
        """How many pictures the network should answer to at once."""
        return batch_size(self.preprocess)

    def logits(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the logits (B, K) of pictures float32 (B, C, H, W), 0 to 255."""
        answers: torch.Tensor = self.network(self.preprocess.tensor(pixels))
        return answers

    def logit(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return the logit of the class alone, (B,)."""
        return self.logits(pixels)[:, self.class_index]

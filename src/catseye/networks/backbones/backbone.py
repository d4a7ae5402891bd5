"""What every backbone has: named stages, a vector of features, and a head."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Stages = Mapping[str, tuple[Callable[[torch.Tensor], torch.Tensor], ...]]

FEATURES, LOGITS = "features", "logits"
SMALLEST_SIDE = 32  # pixels: five halvings leave one place


class Backbone(nn.Module):
    """A deep network in three parts: stages of maps, one vector of features per picture, a dense head.

    Attributes
    ----------
    head_name : str
        Name of the last dense layer, which is replaced when the classes change.
    """

    head_name: str

    @abstractmethod
    def stages(self) -> Stages:
        """Return the stages by name, in the order in which a picture passes them, each as the layers it runs."""

    def activated(self) -> dict[str, str]:
        """Return by stage the layer that its maps are best shown behind: that of the stage's last activation.

        By default the stages end in one, and the layer is the stage itself.
        """
        return {stage: stage for stage in self.stages()}

    @abstractmethod
    def pooled(self, maps: torch.Tensor) -> torch.Tensor:
        """Return the features (B, F) for the last stage's maps (B, C, H, W)."""

    @property
    def head(self) -> nn.Linear:
        """The last dense layer, from features (B, F) to logits (B, K)."""
        head = self.get_submodule(self.head_name)
        assert isinstance(head, nn.Linear)
        return head

    def replace_head(self, classes: int) -> None:
        """Put a new head for so many classes in place of the old one."""
        parent, _, name = self.head_name.rpartition(".")
        setattr(self.get_submodule(parent), name, nn.Linear(self.head.in_features, classes))

    def outputs(self, pictures: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return every stage's output by its name, then ``"features"`` (B, F) and ``"logits"`` (B, K)."""
        found = dict(self._maps(pictures))
        found[FEATURES] = self.pooled(list(found.values())[-1])
        found[LOGITS] = self.head(found[FEATURES])
        return found

    def extract(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the features (B, F) of preprocessed pictures (B, 3, H, W)."""
        *_, (_, maps) = self._maps(pictures)
        return self.pooled(maps)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return the logits (B, K) of preprocessed pictures (B, 3, H, W)."""
        logits: torch.Tensor = self.head(self.extract(pictures))
        return logits

    def _maps(self, maps: torch.Tensor) -> Iterator[tuple[str, torch.Tensor]]:
        for name, layers in self.stages().items():
            for layer in layers:
                maps = layer(maps)
            yield name, maps

"""A backbone that ends in a dense layer for the user's classes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from catseye.networks.pretrained import Pretrained
    from catseye.networks.summary import Summary
    from catseye.transfer_learning.logistic import Layer


@dataclass(frozen=True, eq=False)
class HeadedBackbone:
    """A backbone with a layer in the place of its last one.

    Attributes
    ----------
    backbone : Pretrained
    layer : Layer
        From the backbone's features to the logits of the user's classes.
    """

    backbone: Pretrained
    layer: Layer

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """All weights and statistics by name, the layer's as float32."""
        name = self.backbone.head_name
        head = {f"{name}.weight": self.layer.weight, f"{name}.bias": self.layer.bias}
        return dict(self.backbone.arrays) | {key: np.array(value, np.float32, order="C") for key, value in head.items()}

    @property
    def summary(self) -> Summary:
        """The backbone's, with the layer as its last row."""
        found, (classes, features) = self.backbone.summarise(), self.layer.weight.shape
        *rows, last = found.layers
        size = {"output": (classes,), "parameters": classes * (features + 1), "multiply_adds": classes * features}
        return replace(found, layers=(*rows, replace(last, **size)), operations=())

    @property
    def parameters(self) -> int:
        """How many numbers were learnt."""
        classes, features = self.layer.weight.shape
        added: int = (classes - self.backbone.classes) * (features + 1)
        return self.backbone.parameters + added

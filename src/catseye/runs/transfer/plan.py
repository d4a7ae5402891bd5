"""The plan of a transfer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catseye.datasets import Dataset
    from catseye.images.decoded_ahead import DecodedAhead
    from catseye.networks.pretrained import Pretrained
    from catseye.transfer_learning.recipe import TransferRecipe


@dataclass(frozen=True, eq=False)
class TransferPlan:
    """Everything that is decided before a transfer starts."""

    dataset: Dataset
    backbone: Pretrained
    recipe: TransferRecipe
    ahead: DecodedAhead | None

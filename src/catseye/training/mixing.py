"""Pictures of a batch mixed in pairs, and the loss of what they are then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from catseye.training.losses import LossFunction
    from catseye.training.recipe import Recipe

_SEEDS = 2**62


@dataclass(frozen=True, eq=False)
class Targets:
    """What the pictures of a batch are: of one class each, or of two in given shares.

    Attributes
    ----------
    labels : int64 (B,)
    others : int64 (B,) or None
        The second classes; ``None`` if nothing is mixed.
    share : float
        Share of the first classes, 0 to 1.
    """

    labels: torch.Tensor
    others: torch.Tensor | None = None
    share: float = 1.0

    def loss(self, function: LossFunction, logits: torch.Tensor) -> torch.Tensor:
        """Return the loss of logits (B, K): its means for both classes, weighted by their shares.

        For a loss that is linear in the target probabilities, such as cross-entropy, that is the loss for the mixed
        targets, as Zhang et al. define it; for the mean squared error it has the same gradient.
        """
        loss = function(logits, self.labels)
        return loss if self.others is None else self.share * loss + (1 - self.share) * function(logits, self.others)

    def count_right(self, logits: torch.Tensor) -> torch.Tensor:
        """Return how many of the most probable classes are right; each of two classes counts its share."""
        predicted = logits.argmax(1)
        right = (predicted == self.labels).sum()
        return (
            right if self.others is None else self.share * right + (1 - self.share) * (predicted == self.others).sum()
        )


def mix(
    pixels: torch.Tensor, labels: torch.Tensor, recipe: Recipe, generator: torch.Generator
) -> tuple[torch.Tensor, Targets]:
    """Return pictures (B, C, H, W), each mixed with another one of the batch if the recipe says so, and their classes.

    Mixup (Zhang et al. 2018, arXiv:1710.09412) adds up pictures, in shares that are drawn from Beta(α, α) once a batch;
    CutMix (Yun et al. 2019, arXiv:1905.04899) replaces a rectangle, whose share of the area is drawn in the same way
    before it is cut off at the edges. With both, each batch takes one of them at random.
    """
    if not recipe.mixup and not recipe.cutmix:
        return pixels, Targets(labels)
    order = torch.randperm(len(labels), generator=generator).to(labels.device, non_blocking=True)
    draw = np.random.default_rng(int(torch.randint(_SEEDS, (), generator=generator)))
    cut = draw.random() < 0.5 if recipe.mixup and recipe.cutmix else bool(recipe.cutmix)
    alpha = recipe.cutmix if cut else recipe.mixup
    share = float(draw.beta(alpha, alpha))
    if not cut:
        return torch.lerp(pixels[order].float(), pixels.float(), share), Targets(labels, labels[order], share)
    rows, columns = _rectangle(pixels.shape[-2], pixels.shape[-1], 1 - share, draw)
    mixed = pixels.clone()
    mixed[:, :, rows, columns] = pixels[order][:, :, rows, columns]
    replaced = (rows.stop - rows.start) * (columns.stop - columns.start) / (pixels.shape[-2] * pixels.shape[-1])
    return mixed, Targets(labels, labels[order], 1 - replaced)


def _rectangle(height: int, width: int, share: float, draw: np.random.Generator) -> tuple[slice, slice]:
    """Return rows and columns of a rectangle with this share of the area, at a random pixel, cut off at the edges."""
    parts = []
    for side in (height, width):
        half, centre = side * share**0.5 / 2, draw.integers(side)
        parts.append(slice(max(0, round(centre - half)), min(side, round(centre + half))))
    return parts[0], parts[1]

"""Training pictures varied as whole batches: mirrored, shifted."""

from __future__ import annotations

import torch


def flip(batch: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return a batch (B, C, H, W) in which each picture is mirrored left to right with probability ½."""
    mirrored = torch.rand(len(batch), generator=generator) < 0.5
    mirrored = mirrored.to(batch.device, non_blocking=True)
    return torch.where(mirrored.view(-1, 1, 1, 1), batch.flip(-1), batch)


def shift(batch: torch.Tensor, pixels: int, generator: torch.Generator) -> torch.Tensor:
    """Return a batch (B, C, H, W) with each picture moved by up to ``pixels`` along each axis.

    What moves in from outside repeats the picture's edge, which fits dark and light backgrounds alike.
    """
    count, _, height, width = batch.shape
    offsets = torch.randint(-pixels, pixels + 1, (2, count, 1), generator=generator).to(batch.device, non_blocking=True)
    rows = (torch.arange(height, device=batch.device) + offsets[0]).clamp(0, height - 1)
    columns = (torch.arange(width, device=batch.device) + offsets[1]).clamp(0, width - 1)
    picture = torch.arange(count, device=batch.device)
    # Advanced indices separated by a slice come first: (B, H, W, C).
    return batch[picture[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)

"""Training pictures varied as whole batches: mirrored, shifted, cropped."""

from __future__ import annotations

import torch
from torch.nn.functional import affine_grid, grid_sample


def flip(batch: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Return a batch (B, C, H, W) in which each picture is mirrored left to right with probability ½."""
    mirrored = torch.rand(len(batch), generator=generator) < 0.5
    return torch.where(mirrored.view(-1, 1, 1, 1), batch.flip(-1), batch)


def shift(batch: torch.Tensor, pixels: int, generator: torch.Generator) -> torch.Tensor:
    """Return a batch (B, C, H, W) with each picture moved by up to ``pixels`` along each axis.

    What moves in from outside repeats the picture's edge, which fits dark and light backgrounds alike.
    """
    count, _, height, width = batch.shape
    offsets = torch.randint(-pixels, pixels + 1, (2, count, 1), generator=generator)
    rows = (torch.arange(height) + offsets[0]).clamp(0, height - 1)
    columns = (torch.arange(width) + offsets[1]).clamp(0, width - 1)
    picture = torch.arange(count)
    # Advanced indices separated by a slice come first: (B, H, W, C).
    return batch[picture[:, None, None], :, rows[:, :, None], columns[:, None, :]].permute(0, 3, 1, 2)


def crop(batch: torch.Tensor, smallest_share: float, generator: torch.Generator) -> torch.Tensor:
    """Return a uint8 batch (B, C, H, W) with a part of each picture, in its place anywhere, enlarged to the whole.

    Parameters
    ----------
    batch
    smallest_share
        Of the picture's area, above 0 to 1, that a part has at least; they are even between it and 1 (Szegedy et al.
        2015, arXiv:1409.4842, whose parts also change in proportions).
    generator
    """
    count = len(batch)
    shares, *places = torch.rand((3, count), generator=generator)
    sides = (smallest_share + (1 - smallest_share) * shares).sqrt()
    # In the coordinates of grid_sample a picture reaches from -1 to 1 along each axis.
    moves = [(1 - sides) * (2 * place - 1) for place in places]
    zeros = torch.zeros(count)
    rows = torch.stack([torch.stack([sides, zeros, moves[0]], 1), torch.stack([zeros, sides, moves[1]], 1)], 1)
    grid = affine_grid(rows, list(batch.shape), align_corners=False)
    enlarged = grid_sample(batch.float(), grid, padding_mode="border", align_corners=False)
    return enlarged.round_().to(batch.dtype)

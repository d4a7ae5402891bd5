"""Training pictures, batch by batch, in random order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import torch

from catseye.datasets.memory_pictures import MemoryPictures
from catseye.images.augment import crop, flip, jitter_colour, shift
from catseye.system.device import CPU

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catseye.datasets.pictures import Pictures
    from catseye.training.recipe import Recipe

Batch = tuple[torch.Tensor, torch.Tensor]


class Batches:
    """The batches of a training, one epoch at a time.

    Pictures in memory are sliced, and a GPU holds all of them; pictures in files are decoded by threads while the
    previous batch is trained on.
    """

    def __init__(self, pictures: Pictures, recipe: Recipe, device: str) -> None:
        self._pictures, self._recipe, self._device = pictures, recipe, device
        self._labels = torch.tensor(pictures.labels, device=device)
        self._held = (
            torch.tensor(pictures.images, device=device)
            if isinstance(pictures, MemoryPictures) and device != CPU
            else None
        )

    def __len__(self) -> int:
        """Return the number of batches in an epoch.

        Batch normalisation cannot normalise a single picture: if one is left over, it is left out, a different one in
        each epoch.
        """
        full, over = divmod(len(self._pictures), self._recipe.batch_size)
        return full + (over > 1) or 1

    def epoch(self, generator: torch.Generator) -> Iterator[Batch]:
        """Yield all pictures, augmented, in random order: batches of uint8 (B, C, H, W) and labels (B,)."""
        order = torch.randperm(len(self._pictures), generator=generator).to(self._device)
        parts = torch.split(order, self._recipe.batch_size)[: len(self)]
        for part, pixels in zip(parts, self._pixels(parts), strict=True):
            yield self._augmented(pixels, generator), self._labels[part]

    def _pixels(self, parts: tuple[torch.Tensor, ...]) -> Iterator[torch.Tensor]:
        if isinstance(self._pictures, MemoryPictures):
            yield from map(self._load, parts)
            return
        with ThreadPoolExecutor(1) as ahead:
            following = ahead.submit(self._load, parts[0])
            for part in parts[1:]:
                batch, following = following.result(), ahead.submit(self._load, part)
                yield batch
            yield following.result()

    def _load(self, part: torch.Tensor) -> torch.Tensor:
        if self._held is not None:
            return self._held[part]
        return torch.from_numpy(self._pictures.batch(part.cpu().numpy())).to(self._device)

    def _augmented(self, pixels: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        if self._recipe.flip:
            pixels = flip(pixels, generator)
        if self._recipe.shift:
            pixels = shift(pixels, self._recipe.shift, generator)
        if self._recipe.random_crop:
            pixels = crop(pixels, self._recipe.random_crop, generator)
        if self._recipe.colour_jitter:
            pixels = jitter_colour(pixels, self._recipe.colour_jitter, generator)
        return pixels
